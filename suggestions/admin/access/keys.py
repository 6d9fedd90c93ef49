"""API keys in the admin: made, shown once, revoked. The row's own id contains the hash: no page shows it."""

import re
from typing import Any, Final, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from console.confirmation import Question, ask
from console.model_admin import ConsoleAdmin
from suggestions.key_log import record_made, record_revoked
from suggestions.models import ApiKey

LIST: Final = "admin:suggestions_apikey_changelist"
_PREFIX: Final = re.compile(r"[A-Za-z0-9]{1,8}")
_NOT_YOURS: Final = (
    "A key acts in its owner's name: choose yourself. A superuser makes keys for other active staff."
)


@admin.register(ApiKey)
class ApiKeyAdmin(ConsoleAdmin):
    """A key cannot be changed: it is made, used and revoked."""

    list_display = ("name", "prefix", "client", "user", "state", "created", "expiry_date", "revoke_link")
    list_display_links = None
    list_filter = ("revoked", "client", "user")
    nothing_yet = "A key lets a client or a member of staff use the API."
    list_select_related = ("client", "user")
    search_fields = ("name", "prefix")
    actions = None
    sortable_by = ()
    fields = ("name", "client", "user", "expiry_date")
    readonly_fields = ()

    def get_urls(self) -> list[URLPattern]:
        """Offer the list, a new key and the revocation, and lead everything else to the list."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name="suggestions_apikey_changelist"),
            path("add/", wrap(self.add_view), name="suggestions_apikey_add"),
            path("<str:prefix>/revoke/", wrap(self.revoke), name="suggestions_apikey_revoke"),
            path("<path:object_id>/change/", wrap(self.to_list), name="suggestions_apikey_change"),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a revoked key stays as a record."""
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer a superuser all active staff, and others themselves: a key acts in its owner's name."""
        if db_field.name != "user":
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        staff = User.objects.filter(is_staff=True, is_active=True)
        maker = cast("User", request.user)
        kwargs["queryset"] = staff if maker.is_superuser else staff.filter(pk=maker.pk)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.error_messages["invalid_choice"] = _NOT_YOURS
        return field

    @display(description="State", label={"valid": "success", "revoked": "danger", "expired": "warning"})
    def state(self, key: ApiKey) -> str:
        """Show whether the key is accepted."""
        if key.revoked:
            return "revoked"
        return "expired" if key.has_expired else "valid"

    @display(description="Action")
    def revoke_link(self, key: ApiKey) -> str | SafeString:
        """Link the page that asks before the key is revoked."""
        if key.revoked:
            return ""
        url = reverse("admin:suggestions_apikey_revoke", args=[key.prefix])
        return format_html('<a class="lm-link" href="{}" aria-label="Revoke {}">Revoke</a>', url, key.name)

    def to_list(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Lead links to a key to the list of keys."""
        return HttpResponseRedirect(reverse(LIST))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Make one key at a time: the list shows it."""
        one_way = {"show_save_and_continue": False, "show_save_and_add_another": False}
        response: HttpResponse = super().add_view(request, form_url, (extra_context or {}) | one_way)
        return response

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Make the key and show it this one time."""
        key = ApiKey.objects.assign_key(obj)
        obj.save(force_insert=True)
        text = format_html(
            "The key <strong>{}</strong> is <code>{}</code>. Copy it now: it is shown only once.",
            obj.name,
            key,
        )
        self.message_user(request, text, messages.WARNING)

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Return to the list, which shows the key in its message."""
        return HttpResponseRedirect(reverse(LIST))

    def log_addition(self, request: HttpRequest, obj: ApiKey, message: object) -> None:
        """Record who made the key, and for whom."""
        record_made(obj, by=cast("User", request.user))

    def revoke(self, request: HttpRequest, prefix: str) -> HttpResponse:
        """Ask for a reason, then refuse the key for ever."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if not _PREFIX.fullmatch(prefix):
            raise Http404
        key = self.get_queryset(request).filter(prefix=prefix).first()
        if key is None:
            return self.lead_from_lost(request, f"The key {prefix}…", LIST)
        question = Question(
            title=f"Revoke the key “{key.name}”?",
            text=f"Whoever uses the key {key.prefix}… of {key.client or key.user} is refused at once. "
            "It cannot be undone.",
            button="Revoke the key",
            url=reverse("admin:suggestions_apikey_revoke", args=[prefix]),
            back=reverse(LIST),
            suggested_reason="",
            is_danger=True,
        )
        return ask(self, request, question, lambda reason: self._revoke(request, key, reason))

    def _revoke(self, request: HttpRequest, key: ApiKey, reason: str) -> HttpResponse:
        with transaction.atomic():
            is_new = bool(ApiKey.objects.filter(pk=key.pk, revoked=False).update(revoked=True))
            if is_new:
                record_revoked(key, by=cast("User", request.user), reason=reason)
        if is_new:
            self.message_user(request, f"The key {key.name} is revoked.", messages.SUCCESS)
        else:
            self.message_user(request, f"The key {key.name} was revoked already.", messages.WARNING)
        return HttpResponseRedirect(reverse(LIST))

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiKey]:
        """Read the keys with their owners."""
        return ApiKey.objects.select_related("client", "user").order_by("-created")
