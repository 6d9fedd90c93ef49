"""The one thing to do next as the home page shows it, with the way there for those who may."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import reverse

from mlmodels.models import TrainingRun
from suggestions.admin.rollout import questions
from suggestions.admin.rollout.watching import Watch
from suggestions.domain.ramp.recommendation import Action, Recommendation
from suggestions.models import RolloutProposal
from suggestions.ramp.proposals import is_own, what_moved
from suggestions.ramp.recommending import recommend_on
from suggestions.roles import LOWER_CANARY, RAISE_CANARY

_RUNS: Final = "admin:mlmodels_trainingrun_changelist"
_TRAIN: Final = "mlmodels.train_modelversion"
_ADMIN: Final = "An admin may do that."
_OPERATOR: Final = "An operator or an admin may do that."


@dataclass(frozen=True, slots=True)
class Way:
    """Where an action is taken, and by whom."""

    button: str
    route: str
    part: str = ""
    """Of the page, to jump to."""
    permission: str = ""
    """Empty: whoever may read."""
    who: str = ""
    """Says who may, to those who may not."""
    dialog: str = ""
    """The question that the button opens in place, where there are scripts."""


_WAYS: Final = {
    Action.ROLL_BACK: Way(
        "Roll back", "admin:suggestions_rollout_roll_back", "", LOWER_CANARY, _OPERATOR, dialog="roll-back"
    ),
    Action.JUDGE_HOLD: Way("Look at the hold", questions.PAGE, "#waiting", RAISE_CANARY, _ADMIN),
    Action.DECIDE_PROPOSAL: Way("Decide", questions.PAGE, "#waiting", RAISE_CANARY, _ADMIN),
    Action.PROMOTE: Way(
        "Look at the candidate",
        "admin:mlmodels_modelversion_changelist",
        "",
        "mlmodels.promote_modelversion",
        _ADMIN,
    ),
    Action.TRAIN: Way("Train", _RUNS, "", _TRAIN, _OPERATOR),
    Action.RETRAIN: Way("Retrain", _RUNS, "", _TRAIN, _OPERATOR),
    Action.FIND_CAUSE: Way("What the step waits for", questions.PAGE, "#next-step"),
    Action.REVIEW: Way("Review disagreements", "admin:suggestions_suggestionevent_disagreements"),
    Action.COLLECT: Way("What is missing", questions.PAGE, "#next-step"),
    Action.STAND: Way("What the step waits for", questions.PAGE, "#next-step"),
    Action.RAISE: Way("Raise", questions.PAGE, "#rollout_form", RAISE_CANARY, _ADMIN),
}


@dataclass(frozen=True, slots=True)
class Recommended:
    """What to do, why, and the button for it."""

    action: str
    title: str
    reasons: tuple[str, ...]
    variant: str
    """How urgent it is, as a class of the card."""
    button: str = ""
    """Empty: there is nothing to press, or the reader may not."""
    url: str = ""
    attrs: dict[str, str] | None = None
    who: str = ""
    """Who may do it instead; empty where the reader may."""


def view_recommendation(
    request: HttpRequest, watched: Watch, *, proposal: RolloutProposal | None, run: TrainingRun | None
) -> Recommended | None:
    """Return the one thing to do; None when the evidence cannot be read."""
    if watched.evidence is None:
        return None
    found = recommend_on(watched.ground, watched.evidence.evidence, proposal=proposal, run=run)
    if proposal and found.action == Action.DECIDE_PROPOSAL and _waits_for_another(request, watched, proposal):
        return _recommended(found, who="Another admin decides: nobody approves their own.")
    way = _WAYS.get(found.action)
    if way is None:
        return _recommended(found)
    if way.permission and not request.user.has_perm(way.permission):
        return _recommended(found, who=way.who)
    url = reverse(way.route) + way.part
    if found.action == Action.PROMOTE and watched.ground.candidate:
        url = reverse("admin:mlmodels_modelversion_change", args=[watched.ground.candidate.pk])
    return _recommended(found, way=way, url=url)


def _waits_for_another(request: HttpRequest, watched: Watch, proposal: RolloutProposal) -> bool:
    # What can only be closed is closed by anybody who may, its proposer too.
    ground = watched.ground
    is_outdated = any(what_moved(proposal, ground.policy, ground.standing, ground.now))
    return is_own(request.user, proposal) and not is_outdated


def _recommended(
    found: Recommendation, *, way: Way | None = None, url: str = "", who: str = ""
) -> Recommended:
    return Recommended(
        action=found.action.value,
        title=found.title,
        reasons=found.reasons,
        variant=_VARIANTS.get(found.action, "calm"),
        button=way.button if way else "",
        url=url,
        attrs={"data-dialog": way.dialog} if way and way.dialog else None,
        who=who,
    )


_VARIANTS: Final = {
    Action.ROLL_BACK: "danger",
    Action.JUDGE_HOLD: "warning",
    Action.FIND_CAUSE: "warning",
    Action.RETRAIN: "warning",
    Action.NOTHING: "done",
    Action.RAISE: "go",
    Action.DECIDE_PROPOSAL: "go",
    Action.PROMOTE: "go",
}
