"""The evidence as one document: what the API answers and the command prints."""

from datetime import datetime
from typing import Any

from suggestions.domain.evidence.agreement import ADVICE
from suggestions.domain.evidence.latency import quantile
from suggestions.domain.evidence.totals import Totals, accepted_of
from suggestions.domain.ramp.judging import Evidence
from suggestions.evidence import first_hour, totals_since
from suggestions.models import Source, State


def report_evidence(evidence: Evidence, *, since: datetime) -> dict[str, Any]:
    """Return the counts from a moment on, and all verdicts."""
    return {
        "since": first_hour(since),
        **_period(totals_since(since)),
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


def _period(totals: Totals) -> dict[str, Any]:
    accepted = {source: accepted_of(totals.counts, source) for source in Source.values}
    return {
        "suggestions": sum(totals.count(state) for state in State.values),
        "states": {state: totals.count(state) for state in State.values},
        "accepted": {
            source: {"accepted": yes, "judged": judged} for source, (yes, judged) in accepted.items()
        },
        "latency_ms": {f"p{round(100 * q)}": quantile(totals.latency, q) for q in (0.5, 0.95, 0.99)},
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
