"""Evidence of a step for tests of what is decided with it, and steps that were stood on long enough."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models.functions import Now

from suggestions.domain.ramp.criteria import Criterion, Status
from suggestions.domain.ramp.guardrails import Action, GuardrailReading
from suggestions.models import RolloutChange, RolloutPolicy
from suggestions.rollout import set_percentage
from tests.registry_rows import make_champion


@dataclass(frozen=True)
class StepEvidence:
    """What the gates and the guardrails read."""

    criteria: tuple[Criterion, ...]
    guardrails: tuple[GuardrailReading, ...] = ()

    def to_json(self) -> dict[str, object]:
        return {"criteria": {one.name: one.status for one in self.criteria}}

    def __call__(self) -> "StepEvidence":
        """Be the look that finds it."""
        return self


def criterion(status: Status, **overrides: str) -> Criterion:
    values = {"name": "agreement", "title": "Agreement holds", "detail": "86 % of 400"} | overrides
    return Criterion(status=status, **values)  # type: ignore[arg-type]


def guardrail(name: str, *, action: Action = Action.LOWER, evidence: float = 5.0) -> GuardrailReading:
    return GuardrailReading(
        name=name, title=f"No {name}", action=action, evidence=evidence, limit=3.0, detail="7 of 50 failed"
    )


GREEN = StepEvidence((criterion(Status.GREEN),))
RED = StepEvidence((criterion(Status.RED, detail="70 % of 400"),))
NO_DATA = StepEvidence((criterion(Status.NO_DATA, detail="no comparisons yet"),))


def firing(*names: str, action: Action = Action.LOWER) -> StepEvidence:
    return StepEvidence(GREEN.criteria, tuple(guardrail(name, action=action) for name in names))


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
