"""The one thing to do next about the rollout, with its reasons."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from mlmodels.domain.figures import to_percent
from suggestions.domain.evidence.agreement import MIN_GROUPS, PROCEED_FROM, REVIEW_FROM, Verdict
from suggestions.domain.percentage import FULL, in_percent
from suggestions.domain.ramp.criteria import STABLE_HOURS, Criterion, Status
from suggestions.domain.ramp.gate import HOLDS, Standing, blockers, describe_left, fired
from suggestions.domain.ramp.judging import Evidence
from suggestions.domain.ramp.policy import Policy

MOST_REASONS: Final = 3
_MODEL_IS_WORSE = ("accuracy", "accept_rate")
_AGREEMENT = "agreement"


class Action(StrEnum):
    """What kind of thing is to be done."""

    ROLL_BACK = "roll_back"
    JUDGE_HOLD = "judge_hold"
    DECIDE_PROPOSAL = "decide_proposal"
    PROMOTE = "promote"
    TRAIN = "train"
    RETRAIN = "retrain"
    FIND_CAUSE = "find_cause"
    REVIEW = "review"
    COLLECT = "collect"
    STAND = "stand"
    RAISE = "raise"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One thing to do, and why."""

    action: Action
    title: str
    """What to do, in words for people."""
    reasons: tuple[str, ...]
    """Why; one to three sentences without a full stop."""


@dataclass(frozen=True, slots=True)
class WaitingProposal:
    """A proposal that waits for a second person."""

    percentage: int
    """From which it goes, in hundredths of a percent."""
    to: int
    proposer: str
    is_override: bool = False
    moved: tuple[str, ...] = ()
    """What is no longer as it was when it was made: it can only be closed."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that decides what is to be done next."""

    evidence: Evidence
    standing: Standing
    policy: Policy
    now: datetime
    """By the clock of the standing."""
    proposal: WaitingProposal | None = None
    candidate: str = ""
    """A version that waits to be promoted, newer than the champion; empty without one."""
    is_training: bool = False
    """A training waits or runs."""
    is_worker_silent: bool = False
    """A training is not over, but its worker went silent: nobody works on it."""

    @property
    def next_step(self) -> int | None:
        """Return the step above; None at the top."""
        return self.policy.next_step(self.standing.percentage)

    @property
    def dwell_left(self) -> timedelta:
        """Return how much of the minimum time on the present step is left."""
        return self.policy.dwell_left(self.standing.percentage, since=self.standing.since, now=self.now)

    def blockers(self, to: int) -> list[str]:
        """Return everything that stands before a wider canary."""
        return blockers(self.evidence, self.policy, self.standing, to=to, now=self.now)

    def red(self) -> list[Criterion]:
        """Return the criteria that have failed, holds apart."""
        return [one for one in self.evidence.criteria if one.status == Status.RED and one.name != HOLDS]

    def unknown(self) -> list[Criterion]:
        """Return the criteria that the step waits for, for want of data."""
        return [one for one in self.evidence.criteria if one.blocks and one.status == Status.NO_DATA]


def recommend(outlook: Outlook) -> Recommendation:
    """Return the most urgent thing to do: what harms, then what waits for a person, then the step."""
    for rule in _RULES:
        found = next(rule(outlook), None)
        if found is not None:
            return Recommendation(found.action, found.title, found.reasons[:MOST_REASONS])
    return Recommendation(Action.NOTHING, "Nothing to do", ("Nothing speaks for or against a step",))


def _guardrails(outlook: Outlook) -> Iterator[Recommendation]:
    alarms = fired(outlook.evidence)
    if not alarms or outlook.standing.champion_id is None:
        return
    found, what = (
        [f"{one.title}: {one.detail}" for one in alarms[:2]],
        f"the guardrail “{alarms[0].title}” fired",
    )
    if not outlook.standing.percentage:
        yield Recommendation(Action.FIND_CAUSE, f"Find the cause: {what}", tuple(found))
        return
    off = "The policy has switched the guardrails off: nothing lowers by itself"
    yield Recommendation(
        Action.ROLL_BACK,
        f"Roll back: {what}",
        (*found, *([] if outlook.policy.watches else [off])),
    )


def _holds(outlook: Outlook) -> Iterator[Recommendation]:
    for hold in outlook.standing.holds:
        many = len(outlook.standing.holds) - 1
        more = [f"{many} more {'hold is' if many == 1 else 'holds are'} open"] if many else []
        yield Recommendation(
            Action.JUDGE_HOLD,
            f"Lift the hold or leave it: {hold.reason}",
            (f"It was placed by {hold.placed_by}", "Until it is lifted nobody raises the canary", *more),
        )


def _proposal(outlook: Outlook) -> Iterator[Recommendation]:
    waiting = outlook.proposal
    if waiting is None:
        return
    change = f"{in_percent(waiting.percentage)} → {in_percent(waiting.to)}"
    before = [] if waiting.is_override else outlook.blockers(waiting.to)
    if waiting.moved:
        title = f"Reject the outdated proposal of {waiting.proposer}: {change}"
        reasons = [*waiting.moved, "It can no longer be approved; propose it again if it is still wanted"]
    elif before:
        title, reasons = f"Decide about the proposal of {waiting.proposer}: {change}", before
    else:
        past = "It goes past the gates" if waiting.is_override else "Every gate is open"
        title = f"Approve the waiting proposal of {waiting.proposer}: {change}"
        reasons = [past, "A second person decides, and nothing changes until then"]
    yield Recommendation(Action.DECIDE_PROPOSAL, title, tuple(reasons))


def _champion(outlook: Outlook) -> Iterator[Recommendation]:
    if outlook.standing.champion_id is not None:
        return
    here = outlook.standing.percentage
    why = f"The canary is at {in_percent(here)}, but no" if here else "No"
    reason = f"{why} version is champion: everybody is served by the rules"
    if outlook.candidate:
        yield Recommendation(Action.PROMOTE, f"Promote a candidate: {outlook.candidate}", (reason,))
    elif outlook.is_training:
        yield Recommendation(Action.STAND, "Wait for the training", (reason, "A training is under way"))
    else:
        yield Recommendation(
            Action.TRAIN,
            "Train a model",
            (reason, *_silence(outlook), "No candidate waits to be promoted"),
        )


def _worse(outlook: Outlook) -> Iterator[Recommendation]:
    reading = outlook.evidence.agreement
    worse = [f"{one.title}: {one.detail}" for one in outlook.red() if one.name in _MODEL_IS_WORSE]
    if reading.verdict == Verdict.RETRAIN and reading.share is not None:
        found = f"Agreement is {to_percent(reading.share)} of {reading.comparisons:,}"
        sure = f"{found}, surely below {to_percent(reading.upper)}"
        yield _retrain(outlook, f"agreement is below {to_percent(REVIEW_FROM, 0)}", [sure, *worse])
    elif worse:
        yield _retrain(outlook, "the model does worse than the rules", worse)


def _retrain(outlook: Outlook, why: str, reasons: list[str]) -> Recommendation:
    if outlook.candidate:
        newer = f"{outlook.candidate} was trained after the champion and waits"
        return Recommendation(Action.PROMOTE, f"Promote a candidate: {why}", (newer, *reasons))
    if outlook.is_training:
        return Recommendation(Action.STAND, f"Wait for the training: {why}", tuple(reasons))
    return Recommendation(Action.RETRAIN, f"Retrain: {why}", (*_silence(outlook), *reasons))


def _silence(outlook: Outlook) -> list[str]:
    said = "The worker of the training went silent: whoever asks for a training gives it to another"
    return [said] if outlook.is_worker_silent else []


def _failing(outlook: Outlook) -> Iterator[Recommendation]:
    red = [one for one in outlook.red() if one.name != _AGREEMENT]
    if red:
        reasons = tuple(f"{one.title}: {one.detail}" for one in red)
        yield Recommendation(Action.FIND_CAUSE, f"Find the cause: not “{red[0].title}”", reasons)


def _top(outlook: Outlook) -> Iterator[Recommendation]:
    if outlook.next_step is None:
        here = outlook.standing.percentage
        title = (
            "Nothing: everybody is served by the model"
            if here == FULL
            else "Nothing: the last step is reached"
        )
        yield Recommendation(Action.NOTHING, title, (f"The policy's steps end at {in_percent(here)}",))


def _agreement(outlook: Outlook) -> Iterator[Recommendation]:
    reading = outlook.evidence.agreement
    if reading.share is None:
        yield Recommendation(
            Action.COLLECT,
            f"Collect: about {reading.needed or 0:,} comparisons",
            ("Nothing has been compared yet", "Every suggestion that a client asks for is a comparison"),
        )
        return
    found = f"Agreement is {to_percent(reading.share)} of {reading.comparisons:,}"
    sure = f"{found}, surely between {to_percent(reading.lower)} and {to_percent(reading.upper)}"
    if reading.verdict == Verdict.REVIEW:
        band = f"{to_percent(REVIEW_FROM, 0)} to {to_percent(PROCEED_FROM, 0)}"
        title = f"Review disagreements: agreement is {band}"
        yield Recommendation(Action.REVIEW, title, (sure, "The step waits for 85 % or more"))
    elif reading.verdict == Verdict.COLLECTING and reading.needed is None:
        title = "Review disagreements: more comparisons will not decide"
        yield Recommendation(Action.REVIEW, title, (sure, "It is too near to a limit of the matrix"))
    elif reading.verdict == Verdict.COLLECTING and reading.needed:
        title = f"Collect: about {reading.needed:,} more comparisons"
        yield Recommendation(Action.COLLECT, title, (sure, "So few carry no verdict", *_dwelling(outlook)))
    elif reading.verdict == Verdict.COLLECTING and reading.groups < MIN_GROUPS:
        many = f"They come from {reading.groups} groups of users or merchants; {MIN_GROUPS} are needed"
        yield Recommendation(Action.COLLECT, "Collect: from more users and merchants", (found, many))


def _step(outlook: Outlook) -> Iterator[Recommendation]:
    to, here, left = outlook.next_step, in_percent(outlook.standing.percentage), outlook.dwell_left
    if to is None:
        return
    missing = [f"{one.title}: {one.detail}" for one in outlook.unknown()]
    if left:
        until = f"{outlook.now + left:%Y-%m-%d %H:%M} UTC"
        yield Recommendation(Action.STAND, f"Stand on {here} until {until}", (*_dwelling(outlook), *missing))
    stable = outlook.evidence.stable_hours
    if stable < STABLE_HOURS and any(one.name == _AGREEMENT for one in outlook.unknown()):
        title = f"Stand on {here}: agreement has held for {stable} of {STABLE_HOURS} hours"
        yield Recommendation(Action.STAND, title, tuple(missing))
    if missing:
        yield Recommendation(Action.COLLECT, "Collect: a criterion still lacks data", tuple(missing))
    before = outlook.blockers(to)
    if before:
        yield Recommendation(Action.FIND_CAUSE, f"Find the cause: {before[0]}", tuple(before))
    if outlook.policy.is_automatic and not outlook.standing.was_lowered:
        why = ("Every gate is open", "The policy lets the service take the step")
        yield Recommendation(Action.STAND, f"Wait: {in_percent(to)} is taken by itself within a minute", why)
    yield _raise(outlook, to)


def _raise(outlook: Outlook, to: int) -> Recommendation:
    second = (
        ["It becomes a proposal, which a second person approves"]
        if outlook.policy.needs_second_person
        else []
    )
    lowered = ["It was lowered before, so a person has to raise it"] if outlook.standing.was_lowered else []
    why = (f"Every criterion is green, and the time on {in_percent(outlook.standing.percentage)} is over",)
    return Recommendation(Action.RAISE, f"Raise to {in_percent(to)}", (*why, *lowered, *second))


def _dwelling(outlook: Outlook) -> list[str]:
    left = outlook.dwell_left
    if not left:
        return []
    here = in_percent(outlook.standing.percentage)
    hours = outlook.policy.dwell(outlook.standing.percentage) / timedelta(hours=1)
    return [f"{here} lasts at least {hours:g} hours; {describe_left(left)} left"]


_RULES = (
    _guardrails,
    _holds,
    _proposal,
    _champion,
    _worse,
    _failing,
    _top,
    _agreement,
    _step,
)
