"""Read where the canary stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import F, Q, Subquery
from django.db.models.functions import Now

from mlmodels import services
from mlmodels.models import ModelVersion
from suggestions.clock import database_now
from suggestions.domain.ramp.gate import OpenHold, Standing
from suggestions.domain.ramp.policy import Policy
from suggestions.models import RolloutChange, RolloutHold, RolloutPolicy
from suggestions.rollout import RolloutState, read_rollout

GUARDRAIL = "a guardrail"
COMMAND = "a command"


@dataclass(frozen=True, slots=True)
class Ground:
    """The rows that one look at the rollout rests on, each read once."""

    state: RolloutState
    standing: Standing
    policy: Policy
    holds: tuple[RolloutHold, ...]
    champion: ModelVersion | None
    challenger: ModelVersion | None
    candidate: ModelVersion | None
    """The newest that can be promoted, waits for it and is newer than the champion; None without one."""
    now: datetime
    """By the database's clock."""


def read_standing() -> Standing:
    """Read the percentage, since when it stands, the champion and the open holds; five queries at most."""
    state, moved, champion = read_rollout(), _last_move(), services.champion_ref()
    return _standing(
        state,
        moved,
        began_at=moved.changed_at if moved else _beginning(),
        champion_id=champion.id if champion else None,
        holds=open_holds(),
    )


def read_ground() -> Ground:
    """Read everything that says where the canary stands; five queries."""
    state, moved, holds = read_rollout(), _last_move(), open_holds()
    row = RolloutPolicy.objects.filter(pk=1).annotate(now=Now()).first()
    now = row.now if row else database_now()
    versions = _versions()
    champion = versions.get(ModelVersion.Status.CHAMPION)
    candidate = versions.get(ModelVersion.Status.CANDIDATE)
    is_newer = candidate and (champion is None or candidate.pk > champion.pk)
    return Ground(
        state=state,
        standing=_standing(
            state,
            moved,
            began_at=row.began_at if row else now,
            champion_id=champion.pk if champion else None,
            holds=holds,
        ),
        policy=row.to_policy() if row else Policy(),
        holds=tuple(holds),
        champion=champion,
        challenger=versions.get(ModelVersion.Status.CHALLENGER),
        candidate=candidate if is_newer else None,
        now=now,
    )


def open_holds() -> list[RolloutHold]:
    """Return what holds the canary, oldest first."""
    held = RolloutHold.objects.filter(lifted_at=None).select_related("placed_by").defer("evidence")
    return list(held.order_by("pk"))


def placed_by(hold: RolloutHold) -> str:
    """Name who or what placed a hold."""
    author: User | None = hold.placed_by
    if author is not None:
        return author.get_username()
    return f"{GUARDRAIL} ({hold.guardrail})" if hold.guardrail else COMMAND


def _standing(
    state: RolloutState,
    moved: RolloutChange | None,
    *,
    began_at: datetime,
    champion_id: int | None,
    holds: Sequence[RolloutHold],
) -> Standing:
    return Standing(
        percentage=state.percentage,
        version=state.version,
        step_version=moved.version if moved else 0,
        since=moved.changed_at if moved else began_at,
        was_lowered=moved is not None and moved.to_percentage < moved.from_percentage,
        champion_id=champion_id,
        holds=tuple(OpenHold(hold.reason, placed_by(hold)) for hold in holds),
    )


def _last_move() -> RolloutChange | None:
    moved = RolloutChange.objects.exclude(from_percentage=F("to_percentage"))
    return moved.defer("evidence").order_by("-version").first()


def _versions() -> dict[str, ModelVersion]:
    status = ModelVersion.Status
    usable = ModelVersion.objects.filter(services.USABLE, status=status.CANDIDATE)
    candidates = usable.order_by("-pk").values("pk")
    asked = Q(status=status.CHAMPION) | Q(status=status.CHALLENGER) | Q(pk=Subquery(candidates[:1]))
    return {row.status: row for row in ModelVersion.objects.filter(asked).defer("artifact")}


def _beginning() -> datetime:
    began = RolloutPolicy.objects.filter(pk=1).values_list("began_at", flat=True).first()
    return began or database_now()
