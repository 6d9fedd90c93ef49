"""Look at the canary whenever somebody opens a page that shows it: the guardrails do not wait for beat."""

import structlog

from suggestions.domain.ramp.gate import Evidence
from suggestions.guarding import guard

log = structlog.get_logger(__name__)


def watch() -> Evidence | None:
    """Let the guardrails act and return what they read; None when that failed, which breaks no page.

    Only the guardrails: a page that is looked at never widens the canary.
    """
    try:
        return guard().evidence
    except Exception as error:
        log.warning("rollout.watch_failed", error=type(error).__name__)
        return None
