"""What the admin asks before something is decided about the ramp."""

from typing import Final

from django.urls import reverse

from console.confirmation import Question
from suggestions.domain.percentage import in_percent
from suggestions.models import RolloutHold, RolloutProposal

PAGE: Final = "admin:suggestions_rollout_changelist"


def roll_back() -> Question:
    """Ask why everybody is to be served by the rules."""
    return Question(
        title="Roll back to rules?",
        text="From the next request on everybody is served by the rules. It wins over any edit under way, "
        "and the canary can be raised again the normal way.",
        button="Roll back now",
        url=reverse("admin:suggestions_rollout_roll_back"),
        back=reverse(PAGE),
        suggested_reason="Precaution: the model's suggestions have to be checked.",
        is_danger=True,
    )


def hold() -> Question:
    """Ask why the canary is to be held."""
    return Question(
        title="Hold the canary?",
        text="Nobody, and nothing by itself, widens it until an admin lifts the hold. It can be lowered "
        "all the time.",
        button="Hold",
        url=reverse("admin:suggestions_rollouthold_place"),
        back=reverse(PAGE),
        suggested_reason="",
    )


def lift(held: RolloutHold) -> Question:
    """Ask why a hold is to be lifted."""
    again = " The guardrail does not place it again on this step." if held.guardrail else ""
    return Question(
        title="Lift the hold?",
        text=f"It says: “{held.reason}”. The canary may be widened again, as far as this hold is "
        f"concerned.{again}",
        button="Lift the hold",
        url=reverse("admin:suggestions_rollouthold_lift", args=[held.pk]),
        back=reverse(PAGE),
        suggested_reason="",
    )


def of_proposal(proposal: RolloutProposal, *, is_own: bool, may_raise: bool) -> dict[str, Question]:
    """Return what a reader may do about a proposal, by name."""
    if not may_raise:
        return {}
    if is_own:
        return {"withdraw": withdraw(proposal)}
    return {"approve": approve(proposal), "reject": reject(proposal)}


def approve(proposal: RolloutProposal) -> Question:
    """Ask why a proposal is approved."""
    past = " It goes past the gates." if proposal.is_override else ""
    return Question(
        title=f"Approve {proposal}?",
        text=f"{proposal.proposer} says: “{proposal.reason}”. The gates are asked again; if they are open, "
        f"{in_percent(proposal.to_percentage)} of the users are served by the model from the next request "
        f"on.{past}",
        button="Approve",
        url=reverse("admin:suggestions_rolloutproposal_approve", args=[proposal.pk]),
        back=reverse(PAGE),
        suggested_reason="",
    )


def reject(proposal: RolloutProposal) -> Question:
    """Ask why a proposal is rejected."""
    return Question(
        title=f"Reject {proposal}?",
        text="Nothing changes, and another proposal can be made.",
        button="Reject",
        url=reverse("admin:suggestions_rolloutproposal_reject", args=[proposal.pk]),
        back=reverse(PAGE),
        suggested_reason="",
    )


def withdraw(proposal: RolloutProposal) -> Question:
    """Ask why a proposal is withdrawn."""
    return Question(
        title=f"Withdraw {proposal}?",
        text="Nothing changes, and another proposal can be made.",
        button="Withdraw",
        url=reverse("admin:suggestions_rolloutproposal_withdraw", args=[proposal.pk]),
        back=reverse(PAGE),
        suggested_reason="",
    )
