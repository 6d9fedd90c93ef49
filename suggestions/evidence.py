"""What the events say about rules and model: the six states, the agreement, and the runbook's verdict."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, Subquery

from suggestions.domain.evidence.agreement import Verdict, verdict_of
from suggestions.models import Feedback, Source, State, SuggestionEvent
from suggestions.models import Verdict as FeedbackVerdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """The counts of a period and what the runbook says to them."""

    since: datetime
    states: dict[str, int]
    accepted: dict[str, tuple[int, int]]
    """By source: how many suggestions were accepted, of how many judged by their users."""

    @property
    def suggestions(self) -> int:
        """Return how many suggestions were made."""
        return sum(self.states.values())

    @property
    def comparisons(self) -> int:
        """Return on how many of them both, rules and model, had an answer."""
        return self.states[State.AGREE] + self.states[State.DISAGREE]

    @property
    def agreement(self) -> float | None:
        """Return the share of comparisons in which both gave the same category; None without comparisons."""
        return self.states[State.AGREE] / self.comparisons if self.comparisons else None

    @property
    def verdict(self) -> Verdict:
        """Return the runbook's verdict."""
        return verdict_of(agreements=self.states[State.AGREE], comparisons=self.comparisons)


def evidence_since(since: datetime) -> Evidence:
    """Count the events since then; two queries."""
    events = SuggestionEvent.objects.filter(created_at__gte=since)
    counted = dict(events.values_list("state").annotate(n=Count("id")).order_by())
    latest = Feedback.objects.filter(event=OuterRef("pk")).order_by("-id").values("verdict")[:1]
    judged = (
        events.annotate(verdict=Subquery(latest))
        .exclude(verdict=None)
        .values_list("source")
        .annotate(n=Count("id"), accepted=Count("id", filter=Q(verdict=FeedbackVerdict.ACCEPTED)))
        .order_by()
    )
    by_source = {source: (accepted, n) for source, n, accepted in judged}
    return Evidence(
        since=since,
        states={state: counted.get(state, 0) for state in State.values},
        accepted={source: by_source.get(source, (0, 0)) for source in Source.values},
    )
