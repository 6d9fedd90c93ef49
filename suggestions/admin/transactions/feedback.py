"""Feedback in the admin."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from console.filtered_list import FilteredList
from console.large_list import LargeListAdmin
from suggestions.models import Feedback, Verdict


@admin.register(Feedback)
class FeedbackAdmin(FilteredList, LargeListAdmin):
    """What the end users said to the suggestions."""

    list_display = ("created_at", "shown_verdict", "category", "served", "source", "shown_reason")
    list_filter = ("verdict", "event__source", ("created_at", RangeDateTimeFilter))
    unindexed_filters = ("verdict", "event__source")
    time_field = "created_at"
    look_further = "choose until when"
    nothing_yet = "Feedback comes from the clients, when their users accept, reject or correct a suggestion."
    fields = (("shown_verdict", "category"), "reason", ("served", "source"), ("shown_event", "created_at"))
    readonly_fields = ("shown_verdict", "served", "source", "shown_event")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feedback]:
        """Read the feedback with its events."""
        return Feedback.objects.select_related("event")

    @display(
        description="Verdict", label={"Accepted": "success", "Rejected": "danger", "Corrected": "warning"}
    )
    def shown_verdict(self, feedback: Feedback) -> str:
        """Show the verdict as a label."""
        return str(Verdict(feedback.verdict).label)

    @display(description="Suggested")
    def served(self, feedback: Feedback) -> str:
        """Show what had been suggested."""
        return feedback.event.served_category or "nothing"

    @display(description="By")
    def source(self, feedback: Feedback) -> str:
        """Show whose suggestion it was."""
        return str(feedback.event.get_source_display())

    @display(description="Reason")
    def shown_reason(self, feedback: Feedback) -> str:
        """Show the reason, shortened."""
        return feedback.reason[:80]

    @display(description="Suggestion")
    def shown_event(self, feedback: Feedback) -> SafeString:
        """Link the suggestion."""
        url = reverse("admin:suggestions_suggestionevent_change", args=[feedback.event_id])
        return format_html('<a class="lm-link" href="{}">event {}</a>', url, feedback.event_id)
