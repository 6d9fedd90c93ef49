"""The evidence as the templates show it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from mlmodels.domain.figures import to_percent
from suggestions.domain.evidence.agreement import ADVICE, AgreementReading, Verdict
from suggestions.domain.evidence.comparison import LeadVerdict, OutcomeReading
from suggestions.domain.evidence.latency import shown_quantiles
from suggestions.domain.evidence.totals import Totals, accepted_of
from suggestions.domain.ramp.criteria import SHOWN
from suggestions.domain.ramp.judging import Evidence
from suggestions.evidence.reading import see
from suggestions.models import Source, State, Transaction
from suggestions.standing import Ground

HOURS: Final = 48

STATE_LABELS: Final = {
    State.AGREE: "Agree",
    State.DISAGREE: "Disagree",
    State.RULE_ONLY: "Rules only",
    State.MODEL_ONLY: "Model only",
    State.BOTH_SILENT: "Both silent",
    State.MODEL_ERROR: "Model error",
}
SOURCE_LABELS: Final = {Source.RULE: "Rules", Source.MODEL: "Model"}
_VARIANTS: Final = {Verdict.PROCEED: "success", Verdict.REVIEW: "warning", Verdict.RETRAIN: "danger"}


@dataclass(frozen=True, slots=True)
class Share:
    """One of the six states."""

    key: str
    label: str
    count: int
    percent: float

    @property
    def width(self) -> str:
        """Return the length of its part of the bar in percent, for CSS."""
        return f"{self.percent:.2f}"


@dataclass(frozen=True, slots=True)
class AcceptRate:
    """How often the users accepted what a source suggested."""

    label: str
    accepted: int
    judged: int

    @property
    def text(self) -> str:
        """Return the rate with its base."""
        if not self.judged:
            return "no feedback yet"
        return f"{100 * self.accepted / self.judged:.1f} % of {self.judged:,}"


@dataclass(frozen=True, slots=True)
class Arm:
    """Model against rules for those who were shown the same."""

    title: str
    text: str
    variant: str
    """The colour of the standing's label."""
    standing: str

    @classmethod
    def of(cls, reading: OutcomeReading) -> "Arm":
        """Return one arm as it is shown."""
        title, standing = SHOWN[reading.arm].capitalize(), reading.standing
        return cls(title, reading.text, _STANDINGS[standing], standing.value)


_STANDINGS: Final = {
    LeadVerdict.NOT_WORSE: "success",
    LeadVerdict.WORSE: "danger",
    LeadVerdict.UNDECIDED: "warning",
    LeadVerdict.NO_DATA: "info",
}


@dataclass(frozen=True, slots=True)
class EvidenceCard:
    """The counts of the last 48 hours, and what the evidence says."""

    evidence: Evidence
    period: Totals
    empty_help: str
    """What to paste when there are no suggestions; empty when there are."""
    fallbacks: Mapping[str, int] = field(default_factory=dict)
    """Suggestions of the period that the model did not serve, by reason."""
    counted_at: datetime | None = None
    """When the events were last counted; None: never."""
    hours: int = HOURS

    @property
    def reading(self) -> AgreementReading:
        """Return the agreement of rules and champion."""
        return self.evidence.agreement

    @property
    def is_canary(self) -> bool:
        """Tell whether some users see the model."""
        return self.evidence.inputs.percentage > 0

    @property
    def suggestions(self) -> int:
        """Return how many suggestions were made in the period."""
        return sum(self.period.count(state) for state in State.values)

    @property
    def agreement(self) -> str:
        """Return the agreement as text; a dash without comparisons."""
        return to_percent(self.reading.share)

    @property
    def bounds(self) -> str:
        """Return between what the true agreement surely lies; empty without comparisons."""
        if not self.reading.comparisons:
            return ""
        return f"surely between {to_percent(self.reading.lower)} and {to_percent(self.reading.upper)}"

    @property
    def needed(self) -> str:
        """Say how many comparisons are missing for a verdict; empty when none are."""
        if self.reading.verdict != Verdict.COLLECTING or self.reading.needed == 0:
            return ""
        if self.reading.needed is None:
            return "As it stands, more comparisons will not decide."
        return f"Still needed: about {self.reading.needed:,} more comparisons."

    @property
    def advice(self) -> str:
        """Return what the runbook says to do."""
        return ADVICE[self.reading.verdict]

    @property
    def variant(self) -> str:
        """Return the colour of the verdict's label."""
        return _VARIANTS.get(self.reading.verdict, "info")

    @property
    def shares(self) -> list[Share]:
        """Return the six states with their shares."""
        return list(self._shares())

    @property
    def accept_rates(self) -> list[AcceptRate]:
        """Return the accept rate of each source."""
        return [
            AcceptRate(label, *accepted_of(self.period.counts, source))
            for source, label in SOURCE_LABELS.items()
        ]

    @property
    def arms(self) -> list[Arm]:
        """Return model against rules by what the users were shown."""
        return [Arm.of(reading) for reading in self.evidence.outcomes]

    @property
    def latency(self) -> str:
        """Return the median and the tails of the latency; a dash without requests."""
        values = shown_quantiles(self.period.latency).items()
        return ", ".join(f"{name} {ms:.0f} ms" for name, ms in values if ms is not None) or "–"

    @property
    def spoken(self) -> str:
        """Return the bar in words."""
        return ", ".join(f"{share.label}: {share.count}" for share in self.shares)

    def _shares(self) -> Iterator[Share]:
        total = self.suggestions or 1
        for state, label in STATE_LABELS.items():
            count = self.period.count(state)
            yield Share(state.value, label, count, 100 * count / total)


def view_evidence(request: HttpRequest, ground: Ground) -> EvidenceCard:
    """Read the counts of the last 48 hours, and what the evidence says."""
    now = timezone.now()
    sight = see(ground, since=now - timedelta(hours=HOURS), now=now)
    view = EvidenceCard(sight.evidence, sight.period, "", sight.fallbacks, sight.counted_at)
    return view if view.suggestions else replace(view, empty_help=_curl_lines(request))


def _curl_lines(request: HttpRequest) -> str:
    ids = list(Transaction.objects.values_list("pk", flat=True)[:3])
    if not ids:
        rows = (
            '{"rows": [{"external_id": "try-1", "user_id": "user-001", "description": "STARBUCKS 00123", '
            '"amount": "-4.50", "currency": "EUR", "date": "2026-01-15"}]}'
        )
        return _curl(request, "/ml/transactions", rows)
    return _curl(request, "/ml/suggestions", f'{{"txn_ids": {ids}}}')


def _curl(request: HttpRequest, route: str, body: str) -> str:
    return (
        f"curl -s {request.build_absolute_uri(route)} \\\n"
        "  -H 'Authorization: Api-Key THE-CLIENTS-KEY' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{body}'"
    )
