"""Look at the canary whenever somebody opens a page that shows it: the guardrails do not wait for beat."""

import structlog
from django.http import HttpRequest

from suggestions.admin.evidence_view import EvidenceView, view_evidence
from suggestions.guarding import guard

log = structlog.get_logger(__name__)


def watch(request: HttpRequest) -> EvidenceView | None:
    """Let the guardrails act and return the evidence; None when that failed, which breaks no page.

    Only the guardrails: a page that is looked at never widens the canary.
    """
    try:
        watched = guard()
        # What was lowered stands on another step now, with evidence of its own.
        return view_evidence(request, None if watched.change else watched.evidence)
    except Exception as error:
        log.warning("rollout.watch_failed", error=type(error).__name__)
        return None
