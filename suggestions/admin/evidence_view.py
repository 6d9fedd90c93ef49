"""The evidence as the templates show it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from suggestions.domain.evidence.agreement import ADVICE, MIN_COMPARISONS, Verdict
from suggestions.evidence import Evidence, evidence_since
from suggestions.models import Source, State, Transaction

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
class EvidenceView:
    """The evidence of the last 48 hours."""

    evidence: Evidence
    empty_help: str
    """What to paste when there are no suggestions; empty when there are."""
    hours: int = HOURS

    @property
    def agreement(self) -> str:
        """Return the agreement as text; a dash without comparisons."""
        share = self.evidence.agreement
        return f"{100 * share:.1f} %" if share is not None else "–"

    @property
    def missing(self) -> int:
        """Return how many comparisons are missing for a verdict."""
        return max(0, MIN_COMPARISONS - self.evidence.comparisons)

    @property
    def advice(self) -> str:
        """Return what the runbook says to do."""
        return ADVICE[self.evidence.verdict]

    @property
    def variant(self) -> str:
        """Return the colour of the verdict's label."""
        return _VARIANTS.get(self.evidence.verdict, "info")

    @property
    def shares(self) -> list[Share]:
        """Return the six states with their shares."""
        return list(self._shares())

    @property
    def accept_rates(self) -> list[AcceptRate]:
        """Return the accept rate of each source."""
        accepted = self.evidence.accepted
        return [AcceptRate(label, *accepted[source]) for source, label in SOURCE_LABELS.items()]

    @property
    def spoken(self) -> str:
        """Return the bar in words."""
        return ", ".join(f"{share.label}: {share.count}" for share in self.shares)

    def _shares(self) -> Iterator[Share]:
        total = self.evidence.suggestions or 1
        for state, label in STATE_LABELS.items():
            count = self.evidence.states[state]
            yield Share(state.value, label, count, 100 * count / total)


def view_evidence(request: HttpRequest) -> EvidenceView:
    """Read the evidence of the last 48 hours."""
    evidence = evidence_since(timezone.now() - timedelta(hours=HOURS))
    return EvidenceView(evidence, "" if evidence.suggestions else _curl_lines(request))


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
