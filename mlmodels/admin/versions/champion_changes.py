"""Changes of champion in the admin: who, when, from, to, why."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from console.model_admin import ReadOnlyAdmin
from mlmodels.models import ChampionChange


@admin.register(ChampionChange)
class ChampionChangeAdmin(ReadOnlyAdmin):
    """The log of champions."""

    nothing_yet = "No version has been promoted so far."
    list_display = ("changed_at", "before", "after", "reason", "is_gate_overridden", "changed_by")
    search_fields = ("reason",)
    list_filter = ("changed_at", "is_gate_overridden", "changed_by")
    fields = ("changed_at", ("before", "after"), "reason", ("is_gate_overridden", "shown_author"))
    readonly_fields = ("before", "after", "shown_author")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChampionChange]:
        """Read the changes with who made them; the versions' ids suffice."""
        return ChampionChange.objects.select_related("changed_by")

    @display(description="From")
    def before(self, change: ChampionChange) -> str:
        """Name the champion before."""
        return f"v{change.from_version_id}" if change.from_version_id else "none"

    @display(description="To")
    def after(self, change: ChampionChange) -> str:
        """Name the champion after."""
        return f"v{change.to_version_id}"

    @display(description="Changed by")
    def shown_author(self, change: ChampionChange) -> str:
        """Name who changed it; a link would lead most readers to a page they may not open."""
        return str(change.changed_by or "–")
