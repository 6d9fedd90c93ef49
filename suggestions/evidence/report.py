"""The evidence as one document: what the API answers and the command prints."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from suggestions.domain.evidence.agreement import ADVICE
from suggestions.domain.evidence.latency import shown_quantiles
from suggestions.domain.evidence.totals import ARMS, OUTCOMES, Totals, accepted_of
from suggestions.domain.ramp.judging import Evidence
from suggestions.evidence.hour_counts import OTHERS
from suggestions.evidence.reading import counts_by, first_hour, totals_since
from suggestions.models import Source, State

BY = ("category", "merchant", "seen")
"""The parts in which the counts can be shown."""


def report_evidence(evidence: Evidence, *, since: datetime, by: str = "") -> dict[str, Any]:
    """Return the counts from a moment on, and all verdicts; by category, merchant or seen if asked for."""
    return {
        "since": first_hour(since),
        **_period(totals_since(since)),
        **({"by": {by: report_parts(by, since=since)}} if by else {}),
        "champion": evidence.inputs.champion_id,
        **_agreement(evidence),
        "outcomes": [
            {
                "arm": one.arm,
                "outcomes": one.outcomes,
                "model_accuracy": one.model_accuracy,
                "rule_accuracy": one.rule_accuracy,
                "lead_lower": one.lower,
                "lead_upper": one.upper,
                "standing": one.standing.value,
            }
            for one in evidence.outcomes
        ],
        "criteria": [
            {
                "name": one.name,
                "title": one.title,
                "status": one.status.value,
                "detail": one.detail,
                "is_required": one.is_required,
            }
            for one in evidence.criteria
        ],
        "guardrails": [
            {
                "name": one.name,
                "title": one.title,
                "fired": one.has_fired,
                "evidence": one.evidence,
                "limit": one.limit,
                "detail": one.detail,
            }
            for one in evidence.guardrails
        ],
    }


def report_parts(by: str, *, since: datetime) -> list[dict[str, Any]]:
    """Return the counts of each category, merchant or kind of merchant, the most frequent first."""
    parts = [_part(key, counts) for key, counts in counts_by(by, since).items()]
    return sorted(parts, key=lambda part: (-part["suggestions"], part["key"]))


def _part(key: str, counts: Mapping[str, int]) -> dict[str, Any]:
    agree, disagree = counts["agree"], counts["disagree"]
    known = {name: sum(counts[f"{arm}_{name}"] for arm in ARMS) for name in OUTCOMES}
    return {
        "key": "(others)" if key == OTHERS else key,
        "suggestions": sum(counts[state] for state in State.values),
        "agreement": _share(agree, agree + disagree),
        "accepted": _accepted(counts),
        "outcomes": sum(known.values()),
        "model_accuracy": _share(known["both_right"] + known["only_model"], sum(known.values())),
        "rule_accuracy": _share(known["both_right"] + known["only_rule"], sum(known.values())),
    }


def _accepted(counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    found = {source: accepted_of(counts, source) for source in Source.values}
    return {source: {"accepted": yes, "judged": judged} for source, (yes, judged) in found.items()}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _period(totals: Totals) -> dict[str, Any]:
    return {
        "suggestions": sum(totals.count(state) for state in State.values),
        "states": {state: totals.count(state) for state in State.values},
        "accepted": _accepted(totals.counts),
        "latency_ms": shown_quantiles(totals.latency),
        "failures": dict(totals.failures),
    }


def _agreement(evidence: Evidence) -> dict[str, Any]:
    reading = evidence.agreement
    return {
        "comparisons": reading.comparisons,
        "agreement": reading.share,
        "agreement_lower": reading.lower,
        "agreement_upper": reading.upper,
        "design_effect": reading.design_effect,
        "matrix": reading.literal.value,
        "verdict": reading.verdict.value,
        "comparisons_needed": reading.needed,
        "advice": ADVICE[reading.verdict],
    }
