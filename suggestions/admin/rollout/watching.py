"""Look at the canary whenever somebody opens a page that shows it: the guardrails do not wait for beat."""

from dataclasses import dataclass

import structlog
from django.http import HttpRequest

from suggestions.admin.rollout.evidence_view import EvidenceCard, view_evidence
from suggestions.ramp.watching import guard
from suggestions.standing import Ground, read_ground

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Watch:
    """What a page that shows the canary rests on."""

    ground: Ground
    evidence: EvidenceCard | None
    """None: it cannot be read, which breaks no page."""


def watch(request: HttpRequest) -> Watch:
    """Let the guardrails act, and return what they saw.

    Only the guardrails: a page that is looked at never widens the canary.
    """
    ground = read_ground()
    try:
        view = view_evidence(request, ground)
        watched = guard(look=lambda: view.evidence, ground=ground)
        if watched.change or watched.holds:
            # What was lowered stands on another step now, with evidence of its own.
            ground = read_ground()
            view = view_evidence(request, ground)
        return Watch(ground, view)
    except Exception as error:
        log.warning("rollout.watch_failed", error=type(error).__name__)
        return Watch(ground, None)
