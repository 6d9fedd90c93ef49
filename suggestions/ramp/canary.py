"""Widen the canary through the gates, and narrow it without any."""

from django.contrib.auth.models import User

from suggestions.domain.percentage import in_percent
from suggestions.evidence.reading import current_evidence
from suggestions.models import RolloutChange, RolloutProposal
from suggestions.ramp.gates import Look, OpenStep, Wish, when_open
from suggestions.ramp.proposals import propose
from suggestions.ramp.rights import require
from suggestions.roles import LOWER_CANARY
from suggestions.rollout import InvalidChange, read_rollout, set_percentage

Origin = RolloutChange.Origin


def raise_canary(
    to: int,
    *,
    by: User | None,
    reason: str,
    origin: Origin,
    expected_version: int | None = None,
    override: bool = False,
    look: Look = current_evidence,
) -> RolloutChange | RolloutProposal:
    """Widen the canary, or propose it where the policy asks for a second person.

    An override goes past the gates, never past a hold or the second person, and the change says so.

    Raises:
        GateRefused: the gates are closed, with everything that stands before them.
        NotAllowed: the person may not.
        ProposalClosed: a proposal waits already, and this would be another.
        InvalidChange: the wish is out of range, or its reason is missing or too short.
        RolloutConflict: the rollout has another version by now.
    """
    wish = Wish(to, by, reason, origin, override)
    return when_open(wish, expected_version=expected_version, look=look, then=_take)


def propose_canary(
    to: int,
    *,
    by: User | None,
    reason: str,
    origin: Origin,
    override: bool = False,
    look: Look = current_evidence,
) -> RolloutProposal:
    """Ask a second person to widen the canary, whether the policy demands one or not.

    Raises:
        RolloutRefused: as for `raise_canary`.
    """
    wish = Wish(to, by, reason, origin, override)
    return when_open(wish, expected_version=None, look=look, then=propose)


def change_canary(
    to: int,
    *,
    by: User | None,
    reason: str,
    origin: Origin,
    expected_version: int | None = None,
    override: bool = False,
    look: Look = current_evidence,
) -> RolloutChange | RolloutProposal:
    """Set the canary: upward through the gates, downward without any.

    Raises:
        RolloutRefused: as for `raise_canary`; downward never by a gate.
    """
    state = read_rollout()
    if to > state.percentage:
        return raise_canary(
            to,
            by=by,
            reason=reason,
            origin=origin,
            expected_version=expected_version,
            override=override,
            look=look,
        )
    require(by, LOWER_CANARY, "lower the canary")
    if state.is_readable and to == state.percentage and expected_version in (None, state.version):
        raise InvalidChange(f"the canary is at {in_percent(to)} already")
    if to and expected_version is None:
        expected_version = state.version  # what was lowered further meanwhile must not rise by this
    return set_percentage(to, by=by, reason=reason, origin=origin, expected_version=expected_version)


def _take(step: OpenStep) -> RolloutChange | RolloutProposal:
    if step.policy.needs_second_person:
        return propose(step)
    return take_step(step)


def take_step(step: OpenStep) -> RolloutChange:
    """Widen the canary as wished; the rollout is locked by whoever opened the step."""
    wish = step.wish
    return set_percentage(
        wish.to,
        by=wish.by,
        reason=wish.reason,
        origin=wish.origin,
        expected_version=step.standing.version,
        evidence=step.evidence,
    )
