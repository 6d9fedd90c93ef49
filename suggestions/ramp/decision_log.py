"""Tell the audit log what was decided about the ramp; the percentage itself is told where it changes."""

from collections.abc import Mapping
from typing import TypedDict

from django.contrib.auth.models import User

from audit import log
from suggestions.rollout import RolloutRefused

Kind = log.Kind


class Facts(TypedDict, total=False):
    """What was and is the case, and what was known at that moment."""

    before: Mapping[str, object]
    after: Mapping[str, object]
    evidence: Mapping[str, object]


def record(kind: Kind, subject: str, *, by: User | None, origin: str, reason: str, facts: Facts) -> None:
    """Record a decision; call it last in the transaction that makes it.

    Raises:
        RolloutRefused: the log cannot be written, so the decision must not be made.
    """
    try:
        log.record(kind, **_parts(subject, by, origin, reason, facts))
    except log.LogUnavailable as error:
        raise RolloutRefused(f"Not done: {error}.") from error


def record_or_report(
    kind: Kind, subject: str, *, by: User | None, origin: str, reason: str, facts: Facts
) -> None:
    """Record what makes the canary safer, which a broken log never holds up."""
    log.record_or_report(kind, **_parts(subject, by, origin, reason, facts))


def _parts(subject: str, by: User | None, origin: str, reason: str, facts: Facts) -> log.Parts:
    return {
        "subject": subject,
        "actor": log.name_of(by),
        "origin": origin,
        "reason": reason,
        "before": facts.get("before", {}),
        "after": facts.get("after", {}),
        "evidence": facts.get("evidence", {}),
    }
