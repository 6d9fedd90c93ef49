"""Suggestion events in the admin: both answers, whose was served, and why."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from suggestions.admin.disagreements.pages import DisagreementPages
from suggestions.admin.texts.explanation import to_answer
from suggestions.admin.transactions.event_view import view_event
from suggestions.domain.percentage import in_percent
from suggestions.models import Source, State, SuggestionEvent

STATE_COLOURS = {
    "Agree": "success",
    "Disagree": "warning",
    "Rule only": "info",
    "Model only": "primary",
    "Model error": "danger",
}


@admin.register(SuggestionEvent)
class SuggestionEventAdmin(DisagreementPages):
    """What was suggested, the latest first."""

    list_display = (
        "created",
        "client",
        "transaction",
        "rules_answer",
        "models_answer",
        "shown_state",
        "shown_source",
        "shown_fallback",
        "version",
    )
    list_select_related = ("client", "transaction")
    list_filter = ("state", "source", "fallback", "client", ("created_at", RangeDateTimeFilter))
    unindexed_filters = ("state", "source", "fallback")
    time_field = "created_at"
    look_further = "choose until when"
    nothing_yet = "A suggestion is recorded each time a client asks for one."
    fields = (
        ("served_category", "source"),
        ("rules_answer", "models_answer"),
        ("state", "fallback"),
        ("bucket", "canary"),
        ("rollout_version", "version"),
        ("latency_ms", "request_size"),
        ("client", "created_at"),
    )
    readonly_fields = ("rules_answer", "models_answer", "version", "canary")
    change_form_outer_before_template = "suggestions/event_before.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SuggestionEvent]:
        """Read the events with what their page names; the versions' ids suffice."""
        return SuggestionEvent.objects.select_related("client", "transaction")

    @display(description="Time")
    def created(self, event: SuggestionEvent) -> SafeString:
        """Show the moment; in this wide list the time may stand below the date."""
        moment = timezone.localtime(event.created_at)
        return format_html(
            '<span class="lm-unbroken">{}</span> {}', f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}"
        )

    @display(description="Rules' answer")
    def rules_answer(self, event: SuggestionEvent) -> str:
        """Show the rules' answer."""
        return to_answer(event.rule_category, event.rule_confidence)

    @display(description="Model's answer")
    def models_answer(self, event: SuggestionEvent) -> str:
        """Show the model's answer."""
        return to_answer(event.model_category, event.model_confidence)

    @display(description="State", label=STATE_COLOURS)
    def shown_state(self, event: SuggestionEvent) -> str:
        """Show the state as a label."""
        return str(State(event.state).label)

    @display(description="Served", label={"Model": "primary"})
    def shown_source(self, event: SuggestionEvent) -> str:
        """Show whose answer was served."""
        return str(Source(event.source).label)

    @display(description="Fallback")
    def shown_fallback(self, event: SuggestionEvent) -> str:
        """Show the reason by the short name that the metrics use."""
        return event.fallback or "–"

    @display(description="Version")
    def version(self, event: SuggestionEvent) -> str:
        """Name the version that answered."""
        return f"v{event.model_version_id}" if event.model_version_id else "–"

    @display(description="Canary")
    def canary(self, event: SuggestionEvent) -> str:
        """Show the percentage of that moment."""
        return in_percent(event.percentage)

    def page_context(self, request: HttpRequest, row: SuggestionEvent) -> dict[str, Any]:
        """Tell above the fields why this was served."""
        return {"story": view_event(row, request)}
