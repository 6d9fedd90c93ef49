"""Ask the gates before the canary is widened: everything that stands before the step is named at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from django.contrib.auth.models import User
from django.db import transaction

from suggestions.clock import database_now
from suggestions.domain.percentage import FULL, in_percent
from suggestions.domain.ramp.gate import Standing, blockers, held_by
from suggestions.domain.ramp.judging import Evidence
from suggestions.domain.ramp.policy import Policy
from suggestions.models import Rollout, RolloutChange
from suggestions.ramp.policy import read_policy
from suggestions.ramp.rights import require
from suggestions.roles import OVERRIDE_GATE, RAISE_CANARY
from suggestions.rollout import (
    OVERRIDDEN,
    InvalidChange,
    RolloutConflict,
    RolloutRefused,
    describe_conflict,
    lock_rollout,
    stated,
)
from suggestions.standing import read_standing

SHORTEST_OVERRIDE_REASON: Final = 10
CHAMPION_CHANGED: Final = (
    "the champion changed in the meantime; look at the new one's evidence and decide again"
)

Look = Callable[[], Evidence]
"""How the evidence of the present champion on the present step is read, up to the last event."""
Outcome = TypeVar("Outcome")


class GateRefused(RolloutRefused):
    """The step is not open yet; `blockers` names everything that stands before it."""

    def __init__(self, stands_before: list[str], *, is_held: bool) -> None:
        self.blockers = stands_before
        self.advice = (
            "Look at what it was placed for; an admin lifts the hold. No override gets past it."
            if is_held
            else "Wait until it is open, or let an admin override the gate with a reason."
        )
        super().__init__("\n- ".join(["Not raised:", *stands_before]) + f"\n{self.advice}")


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wants the canary wider."""

    to: int
    by: User | None
    """None: a command without a name, or the schedule."""
    reason: str
    origin: RolloutChange.Origin
    override: bool = False


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that may be taken, with the rollout locked."""

    wish: Wish
    standing: Standing
    evidence: dict[str, object]
    policy: Policy
    """As it stands while the rollout is locked."""


def when_open(
    wish: Wish,
    *,
    expected_version: int | None,
    look: Look,
    then: Callable[[OpenStep], Outcome],
    before: Standing | None = None,
) -> Outcome:
    """Do something where the gates let the wish through, before anything else about the rollout can change.

    Raises:
        GateRefused: something stands before the step, or a hold before the override.
        NotAllowed: the person may not raise, or not override.
        InvalidChange: the wish is no raise, or the reason is missing or too short.
        RolloutConflict: the rollout or the champion is another one by now.
    """
    _check(wish)
    before = before or read_standing()
    evidence = look()  # not under the lock: a roll back must never wait for it
    with transaction.atomic():
        lock_rollout()
        standing = read_standing()
        _refuse_what_moved(before, standing, expected_version)
        if wish.to <= standing.percentage:
            raise InvalidChange(f"the canary is at {in_percent(standing.percentage)} already")
        policy = read_policy()
        stands_before = blockers(evidence, policy, standing, to=wish.to, now=database_now())
        if stands_before and (held_by(standing) or not wish.override):
            raise GateRefused(stands_before, is_held=bool(held_by(standing)))
        known = evidence.to_json() | ({OVERRIDDEN: stands_before} if stands_before else {})
        return then(OpenStep(wish, standing, known, policy))


def _check(wish: Wish) -> None:
    require(wish.by, RAISE_CANARY, "raise the canary")
    if not 0 <= wish.to <= FULL:
        raise InvalidChange("the percentage must lie between 0 % and 100 %")
    reason = stated(wish.reason)
    if wish.override:
        require(wish.by, OVERRIDE_GATE, "override the gate")
        if len(reason) < SHORTEST_OVERRIDE_REASON:
            raise InvalidChange(
                f"an override needs a reason of at least {SHORTEST_OVERRIDE_REASON} characters: it is what "
                "the next person will read in the log"
            )


def _refuse_what_moved(before: Standing, now: Standing, expected_version: int | None) -> None:
    if now.version != (before.version if expected_version is None else expected_version):
        raise RolloutConflict(describe_conflict(Rollout.objects.get(pk=1)))
    if now.champion_id != before.champion_id:
        raise RolloutConflict(CHAMPION_CHANGED)
