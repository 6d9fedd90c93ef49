"""Suggestion events in the admin: both answers, whose was served, and why."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from console.model_admin import ReadOnlyRows
from suggestions.admin.disagreement_pages import DisagreementPages
from suggestions.admin.explanation import explain, to_answer
from suggestions.models import ChallengerAnswer, Feedback, Rule, Source, State, SuggestionEvent

STATE_COLOURS = {
    "Agree": "success",
    "Disagree": "warning",
    "Rule only": "info",
    "Model only": "primary",
    "Model error": "danger",
}


class FeedbackOfEvent(ReadOnlyRows, TabularInline):
    """What the user said to the suggestion, the latest first."""

    model = Feedback
    fields = ("created_at", "verdict", "category", "reason")
    readonly_fields = ("created_at",)
    verbose_name_plural = "Feedback history: the latest counts"
    extra = 0


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
    fields = (
        "why",
        ("served_category", "source"),
        ("rules_answer", "shown_rule"),
        ("models_answer", "version"),
        "challengers_answer",
        ("state", "bucket"),
        ("canary", "rollout_version"),
        "shown_transaction",
        ("client", "created_at"),
    )
    readonly_fields = (
        "why",
        "rules_answer",
        "models_answer",
        "version",
        "challengers_answer",
        "shown_rule",
        "shown_transaction",
        "canary",
    )
    change_form_outer_before_template = "suggestions/explain_link.html"
    inlines = (FeedbackOfEvent,)

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

    @display(description="Why this was served")
    def why(self, event: SuggestionEvent) -> str:
        """Explain the decision."""
        return explain(event)

    @display(description="Rules' answer")
    def rules_answer(self, event: SuggestionEvent) -> str:
        """Show the rules' answer."""
        return to_answer(event.rule_category, event.rule_confidence)

    @display(description="Model's answer")
    def models_answer(self, event: SuggestionEvent) -> str:
        """Show the model's answer."""
        return to_answer(event.model_category, event.model_confidence)

    @display(description="Challenger's answer")
    def challengers_answer(self, event: SuggestionEvent) -> str:
        """Show what the challenger of that moment said, or why it said nothing."""
        answer = ChallengerAnswer.objects.filter(event=event).first()
        if answer is None:
            return "not asked"
        said = to_answer(answer.category, answer.confidence)
        why = f": {answer.get_failure_display()}" if answer.failure else ""
        return f"{said}{why} (v{answer.version_id})"

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
        return f"{event.percentage / 100:g} %"

    @display(description="Rule that answered")
    def shown_rule(self, event: SuggestionEvent) -> str | SafeString:
        """Link the rule, if it still exists."""
        if event.rule_id is None:
            return "–"
        rule = Rule.objects.filter(pk=event.rule_id).first()
        if rule is None:
            return f"rule {event.rule_id}, deleted since"
        url = reverse("admin:suggestions_rule_change", args=[rule.pk])
        return format_html('<a class="lm-link" href="{}">{}</a>', url, rule)

    @display(description="Transaction")
    def shown_transaction(self, event: SuggestionEvent) -> SafeString:
        """Link the transaction."""
        url = reverse("admin:suggestions_transaction_change", args=[event.transaction_id])
        row = event.transaction
        return format_html(
            '<a class="lm-link" href="{}">{}</a>: {}, {} {}',
            url,
            row,
            row.description,
            row.amount,
            row.currency,
        )
