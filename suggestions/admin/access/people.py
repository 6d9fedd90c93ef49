"""People and groups in the theme, and the admin pages nobody needs here taken away."""

from contextlib import suppress

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from rest_framework_api_key.models import APIKey
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from console.careful_editing import CarefulEditing
from console.model_admin import ReadOnlyAdmin


class UserAdmin(CarefulEditing, auth_admin.UserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]
    """Staff; their group is their role."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "roles", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "groups")
    # What a login writes is no other save.
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request):  # type: ignore[no-untyped-def]
        """Read people with their roles."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="Role")
    def roles(self, user: User) -> str:
        """Name the roles."""
        names = [group.name for group in user.groups.all()]
        return ", ".join(names) or ("all (superuser)" if user.is_superuser else "none")


class GroupAdmin(CarefulEditing, auth_admin.GroupAdmin, ModelAdmin):  # type: ignore[misc]
    """Roles; those of the service are set anew by every `manage.py bootstrap`."""


class AccessAttemptAdmin(ReadOnlyAdmin):
    """Failed logins, to see who is locked out; `manage.py axes_reset_username` lets them in again."""

    list_display = ("username", "ip_address", "failures_since_start", "attempt_time")
    fields = ("username", "ip_address", "user_agent", "path_info", "failures_since_start", "attempt_time")
    search_fields = ("username", "ip_address")
    nothing_yet = "No login has failed since the last one that succeeded."


def _replace(model: type[Model], model_admin: type[ModelAdmin] | None) -> None:
    with suppress(NotRegistered):
        admin.site.unregister(model)
    if model_admin is not None:
        admin.site.register(model, model_admin)


_replace(User, UserAdmin)
_replace(Group, GroupAdmin)
_replace(AccessAttempt, AccessAttemptAdmin)
_replace(AccessLog, None)
_replace(AccessFailureLog, None)
_replace(APIKey, None)
