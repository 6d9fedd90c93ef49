"""Evidence of a step for tests of what is decided with it, and steps that have lasted long enough."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from suggestions.domain.ramp.criteria import Criterion, Status
from suggestions.domain.ramp.guardrails import Action, GuardrailReading
from suggestions.domain.ramp.judging import Evidence, Inputs, judge
from suggestions.models import RolloutChange, RolloutPolicy
from suggestions.rollout import set_percentage
from tests.registry_rows import make_champion

NOTHING = judge(Inputs(counted_at="2026-03-01T12:00:00Z", champion_id=None, percentage=0, rollout_version=0))


@dataclass(frozen=True)
class Seen:
    """A look that finds what a test wants."""

    evidence: Evidence

    def __call__(self) -> Evidence:
        return self.evidence

    def to_json(self) -> dict[str, Any]:
        """Return what the database keeps of it."""
        kept: dict[str, Any] = json.loads(json.dumps(self.evidence.to_json()))
        return kept


def seen(*criteria: Criterion, guardrails: tuple[GuardrailReading, ...] = ()) -> Seen:
    return Seen(replace(NOTHING, criteria=criteria, guardrails=guardrails))


def criterion(status: Status, **overrides: str) -> Criterion:
    values = {"name": "agreement", "title": "Agreement holds", "detail": "86 % of 400"} | overrides
    return Criterion(status=status, **values)  # type: ignore[arg-type]


def guardrail(name: str, *, action: Action = Action.LOWER, evidence: float = 5.0) -> GuardrailReading:
    return GuardrailReading(
        name=name, title=f"No {name}", action=action, evidence=evidence, limit=3.0, detail="7 of 50 failed"
    )


GREEN = seen(criterion(Status.GREEN))
RED = seen(criterion(Status.RED, detail="70 % of 400"))
NO_DATA = seen(criterion(Status.NO_DATA, detail="no comparisons yet"))


def firing(*names: str, action: Action = Action.LOWER) -> Seen:
    fired = tuple(guardrail(name, action=action) for name in names)
    return seen(criterion(Status.GREEN), guardrails=fired)


def stand_at(percentage: int, *, days: float = 30) -> int:
    """Put the canary there with a champion, so many days ago; return the rollout's version."""
    make_champion()
    change = set_percentage(percentage, by=None, reason="a start", origin=RolloutChange.Origin.COMMAND)
    age_last_change(days)
    return change.version


def age_last_change(days: float) -> None:
    ago = Now() - timedelta(days=days)
    RolloutChange.objects.filter(pk=RolloutChange.objects.latest("version").pk).update(changed_at=ago)


def set_policy(**values: object) -> None:
    RolloutPolicy.objects.update_or_create(pk=1, defaults=values)
