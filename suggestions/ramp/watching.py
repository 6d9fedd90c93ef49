"""Watch the canary: lower or hold it where a guardrail fires, and take the next step where the policy may."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog
from django.db import transaction

from suggestions.domain.percentage import in_percent
from suggestions.domain.ramp.gate import Standing
from suggestions.domain.ramp.guardrails import Action, GuardrailReading
from suggestions.domain.ramp.judging import Evidence
from suggestions.domain.ramp.policy import Policy
from suggestions.evidence.reading import current_evidence
from suggestions.models import RolloutChange, RolloutHold
from suggestions.ramp.canary import take_step
from suggestions.ramp.gates import GateRefused, Look, OpenStep, Wish, when_open
from suggestions.ramp.holds import hold_for
from suggestions.ramp.policy import read_policy
from suggestions.ramp.proposals import make_stale, open_proposal
from suggestions.rollout import InvalidChange, RolloutConflict, lock_rollout, set_percentage
from suggestions.standing import Ground, read_ground, read_standing

Origin = RolloutChange.Origin
AUTOMATIC: Final = "The next step: every criterion is green, and the time on this one is over"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Watched:
    """What one look at the canary found and did."""

    evidence: Evidence
    standing: Standing
    """Where the canary stood when the evidence was read."""
    change: RolloutChange | None = None
    """None: the percentage stays."""
    holds: tuple[RolloutHold, ...] = ()


def evaluate(*, look: Look = current_evidence) -> Watched:
    """Let the guardrails act; where none does and the policy may, take the next step."""
    watched = guard(look=look)
    policy = read_policy()
    if watched.change or watched.holds or not policy.is_automatic:
        return watched
    return replace(watched, change=_take_next(policy, watched))


def guard(*, look: Look = current_evidence, ground: Ground | None = None) -> Watched:
    """Let the guardrails act: lower the canary at once, or hold it; a second look does nothing twice.

    Whoever has read the ground already passes it on.
    """
    ground = ground or read_ground()
    before, policy = ground.standing, ground.policy
    evidence = look()
    fired = [one for one in evidence.guardrails if one.has_fired] if policy.watches else []
    if not before.percentage:
        fired = [one for one in fired if one.action == Action.HOLD]  # nothing to lower
    if not fired:
        return Watched(evidence, before)
    with transaction.atomic():
        lock_rollout()
        standing = read_standing()
        if (standing.version, standing.champion_id) != (before.version, before.champion_id):
            return Watched(evidence, before)  # it spoke of another step; the next look speaks of this one
        return _act(fired, evidence, policy, standing)


def _act(
    fired: Sequence[GuardrailReading], evidence: Evidence, policy: Policy, standing: Standing
) -> Watched:
    known = evidence.to_json()
    lowering = [one for one in fired if one.action == Action.LOWER]
    placed = [hold_for(one, standing, known) for one in fired]
    holds = tuple(hold for hold in placed if hold is not None)
    change = _lower(lowering, known, policy, standing) if lowering else None
    if change or holds:
        log.warning(
            "rollout.guardrail_fired",
            guardrails=[one.name for one in fired],
            from_percentage=standing.percentage,
            to_percentage=change.to_percentage if change else standing.percentage,
        )
    return Watched(evidence, standing, change, holds)


def _lower(
    fired: Sequence[GuardrailReading], known: dict[str, object], policy: Policy, standing: Standing
) -> RolloutChange:
    to = policy.lowered(standing.percentage)
    change = set_percentage(
        to,
        by=None,
        reason="; ".join(f"{one.title}: {one.detail}" for one in fired),
        origin=Origin.GUARDRAIL,
        expected_version=standing.version,
        evidence=known | {"guardrails_fired": [one.name for one in fired]},
    )
    make_stale(f"A guardrail lowered the canary to {in_percent(to)}.", origin=Origin.GUARDRAIL)
    return change


def _take_by_itself(step: OpenStep) -> RolloutChange | None:
    # Somebody may have had the policy ask for a person while the evidence was read.
    return take_step(step) if step.policy.is_automatic else None


def _take_next(policy: Policy, watched: Watched) -> RolloutChange | None:
    standing = watched.standing
    to = policy.next_step(standing.percentage)
    # What was lowered, by whomever, is raised again by a person; what waits for a person is a person's.
    if to is None or standing.was_lowered or open_proposal() is not None:
        return None
    wish = Wish(to, by=None, reason=AUTOMATIC, origin=Origin.SCHEDULE)
    try:
        return when_open(
            wish,
            expected_version=standing.version,
            look=lambda: watched.evidence,
            then=_take_by_itself,
            before=standing,  # the evidence speaks of the champion there was then
        )
    except (GateRefused, RolloutConflict):
        return None  # not open yet, or somebody was faster
    except InvalidChange as refusal:
        log.warning("rollout.step_not_taken", error=type(refusal).__name__)
        return None
