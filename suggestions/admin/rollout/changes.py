"""The log of the rollout in the admin: who, when, from, to, why."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from console.model_admin import ReadOnlyAdmin
from suggestions.admin.rollout.summary import last_changes
from suggestions.models import RolloutChange


@admin.register(RolloutChange)
class RolloutChangeAdmin(ReadOnlyAdmin):
    """Every change of the canary."""

    list_display = ("version", "change", "reason", "changed_by", "origin", "is_overridden", "changed_at")
    list_filter = ("origin", "is_overridden", "changed_at", "changed_by")
    search_fields = ("reason",)
    search_help_text = "Words of the reason"
    nothing_yet = "The canary has not been moved so far."
    fields = (("version", "change"), "reason", ("shown_author", "origin"), ("changed_at", "is_overridden"))
    readonly_fields = ("change", "shown_author")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[RolloutChange]:
        """Read the changes with who made them."""
        return last_changes()

    @display(description="Change")
    def change(self, change: RolloutChange) -> str:
        """Show from and to."""
        return str(change)

    @display(description="Changed by")
    def shown_author(self, change: RolloutChange) -> str:
        """Name who changed it; a link would lead most readers to a page they may not open."""
        return str(change.changed_by or "–")
