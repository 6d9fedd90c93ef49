"""Read where the canary stands, and lock it while something is decided about it."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import F

from mlmodels import services
from suggestions.clock import database_now
from suggestions.domain.ramp.gate import OpenHold, Standing
from suggestions.models import Rollout, RolloutChange, RolloutHold, RolloutPolicy
from suggestions.rollout import ensure_rollout, read_rollout

GUARDRAIL = "a guardrail"
COMMAND = "a command"


def lock_rollout() -> None:
    """Let nobody else change the rollout, its proposals and holds until the transaction ends."""
    ensure_rollout()
    Rollout.objects.select_for_update().get(pk=1)


def read_standing() -> Standing:
    """Read the percentage, since when it stands, the champion and the open holds; five queries at most."""
    state = read_rollout()
    moved = RolloutChange.objects.exclude(from_percentage=F("to_percentage")).order_by("-version").first()
    champion = services.champion_ref()
    return Standing(
        percentage=state.percentage,
        version=state.version,
        step_version=moved.version if moved else 0,
        since=moved.changed_at if moved else _beginning(),
        was_lowered=moved is not None and moved.to_percentage < moved.from_percentage,
        champion_id=champion.id if champion else None,
        holds=tuple(OpenHold(hold.reason, placed_by(hold)) for hold in open_holds()),
    )


def open_holds() -> list[RolloutHold]:
    """Return what holds the canary, oldest first."""
    return list(RolloutHold.objects.filter(lifted_at=None).select_related("placed_by").order_by("pk"))


def placed_by(hold: RolloutHold) -> str:
    """Name who or what placed a hold."""
    author: User | None = hold.placed_by
    if author is not None:
        return author.get_username()
    return f"{GUARDRAIL} ({hold.guardrail})" if hold.guardrail else COMMAND


def _beginning() -> datetime:
    began = RolloutPolicy.objects.filter(pk=1).values_list("began_at", flat=True).first()
    return began or database_now()
