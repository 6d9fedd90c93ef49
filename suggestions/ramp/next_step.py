"""What the next step is, and what stands before it."""

from dataclasses import dataclass
from datetime import timedelta

from suggestions.domain.ramp.gate import Standing, blockers
from suggestions.domain.ramp.judging import Evidence
from suggestions.domain.ramp.policy import Policy
from suggestions.standing import Ground


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step after the present one."""

    to: int | None
    """Hundredths of a percent; None at the top."""
    left: timedelta
    """How much of the minimum time on the present step is left."""
    blockers: list[str]
    """Everything that stands before it; empty when it is open."""
    evidence: Evidence
    policy: Policy
    standing: Standing


def next_step(evidence: Evidence, ground: Ground) -> NextStep:
    """Return the next step as the gates see it now."""
    policy, standing, now = ground.policy, ground.standing, ground.now
    to = policy.next_step(standing.percentage)
    stands_before = [] if to is None else blockers(evidence, policy, standing, to=to, now=now)
    left = policy.dwell_left(standing.percentage, since=standing.since, now=now)
    return NextStep(to, left, stands_before, evidence, policy, standing)
