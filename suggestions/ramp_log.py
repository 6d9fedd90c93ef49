"""The one place where the ramp says what was decided, apart from the percentage itself."""

from collections.abc import Mapping
from enum import StrEnum

import structlog
from django.contrib.auth.models import User
from django.db import transaction

log = structlog.get_logger(__name__)


class Kind(StrEnum):
    """What was decided about."""

    POLICY = "policy"
    PROPOSAL = "proposal"
    APPROVAL = "approval"
    HOLD = "hold"
    GUARDRAIL = "guardrail"


def record(
    kind: Kind,
    *,
    subject: str,
    by: User | None,
    origin: str,
    reason: str,
    **facts: Mapping[str, object],
) -> None:
    """Record a decision in the transaction that makes it.

    `before` and `after` say what was and what is the case, `evidence` what was known at that moment.
    """
    actor = by.pk if by else None
    transaction.on_commit(lambda: log.info(f"ramp.{kind}", subject=subject, user_id=actor, origin=origin))
