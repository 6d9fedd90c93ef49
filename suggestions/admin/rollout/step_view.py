"""The next step, what speaks for and against it, and who has to decide, as the templates show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from suggestions.admin.rollout import questions
from suggestions.admin.rollout.watching import Watch
from suggestions.domain.percentage import in_percent
from suggestions.domain.ramp.criteria import Status
from suggestions.domain.ramp.gate import describe_left
from suggestions.models import RolloutHold, RolloutProposal
from suggestions.ramp.next_step import NextStep, next_step
from suggestions.ramp.proposals import is_own
from suggestions.roles import LOWER_CANARY, RAISE_CANARY
from suggestions.standing import placed_by

_VARIANTS: Final = {Status.GREEN: "success", Status.RED: "danger", Status.NO_DATA: "warning"}


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion."""

    title: str
    status: str
    variant: str
    detail: str


@dataclass(frozen=True, slots=True)
class StepView:
    """The next step in words."""

    step: NextStep

    @property
    def title(self) -> str:
        """Name the step."""
        to = self.step.to
        return "The last step is reached" if to is None else f"Next step: {in_percent(to)}"

    @property
    def is_open(self) -> bool:
        """Tell whether it may be taken now."""
        return self.step.to is not None and not self.step.blockers

    @property
    def open_in(self) -> str:
        """Say how much of the minimum time on the present step is left; empty when it is over."""
        return describe_left(self.step.left) if self.step.left else ""

    @property
    def criteria(self) -> list[Line]:
        """Return the criteria, green, red or without data."""
        return [
            Line(one.title, one.status, _VARIANTS[one.status], one.detail)
            for one in self.step.evidence.criteria
        ]

    @property
    def decider(self) -> str:
        """Say who takes the step."""
        if self.step.policy.is_automatic:
            return "It is taken by itself once every gate is open."
        if self.step.policy.needs_second_person:
            return "A second person approves it."
        return "An admin takes it."


@dataclass(frozen=True, slots=True)
class HoldView:
    """One open hold."""

    hold: RolloutHold
    author: str
    dialog: dict[str, object] | None
    """The question that lifts it; None for those who may not."""


@dataclass(frozen=True, slots=True)
class ProposalView:
    """The proposal that waits, with what its reader may do about it."""

    proposal: RolloutProposal
    dialogs: list[dict[str, object]]


def view_step(watched: Watch) -> StepView | None:
    """Return the next step; None when the evidence could not be read."""
    return StepView(next_step(watched.evidence.evidence, watched.ground)) if watched.evidence else None


def view_holds(request: HttpRequest, holds: Iterable[RolloutHold]) -> list[HoldView]:
    """Return the open holds."""
    may_lift = request.user.has_perm(RAISE_CANARY)
    return [
        HoldView(
            hold,
            placed_by(hold),
            questions.lift(hold).dialog(f"lift-{hold.pk}") if may_lift else None,
        )
        for hold in holds
    ]


def hold_dialog(request: HttpRequest) -> dict[str, object] | None:
    """Return what places a hold; None for those who may not."""
    return questions.hold().dialog("hold") if request.user.has_perm(LOWER_CANARY) else None


def view_proposal(request: HttpRequest, proposal: RolloutProposal | None) -> ProposalView | None:
    """Return the proposal that waits; None when there is none."""
    if proposal is None:
        return None
    asked = questions.of_proposal(
        proposal, is_own=is_own(request.user, proposal), may_raise=request.user.has_perm(RAISE_CANARY)
    )
    return ProposalView(proposal, [question.dialog(name) for name, question in asked.items()])
