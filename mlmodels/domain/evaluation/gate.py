"""Decide whether a model may be promoted; every condition shows its value, its threshold and its reason."""

from dataclasses import asdict, dataclass
from typing import Any

from mlmodels.domain.evaluation import conditions
from mlmodels.domain.evaluation.conditions import Condition, GateThresholds
from mlmodels.domain.evaluation.evaluation import Evaluation
from mlmodels.domain.evaluation.examined import DataFacts

__all__ = ["Condition", "Gate", "GateThresholds", "judge"]


@dataclass(frozen=True, slots=True)
class Gate:
    """The verdict over all conditions."""

    conditions: tuple[Condition, ...]

    @property
    def passed(self) -> bool:
        """Tell whether every condition holds."""
        return all(condition.passed for condition in self.conditions)

    @property
    def failed_names(self) -> list[str]:
        """Return the names of the conditions that do not hold."""
        return [condition.name for condition in self.conditions if not condition.passed]

    @property
    def refusal(self) -> str:
        """Return which conditions do not hold and why; empty when all hold."""
        return "; ".join(f"{one.name}: {one.detail}" for one in self.conditions if not one.passed)

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as it is stored."""
        return {"passed": self.passed, "conditions": [asdict(condition) for condition in self.conditions]}


def judge(
    evaluation: Evaluation, *, classes: int, thresholds: GateThresholds, data: DataFacts | None = None
) -> Gate:
    """Return the verdict on a model that knows so many categories and learned from such data.

    What could not be measured, such as a comparison with a champion while there is none, refuses nobody. A
    measured figure that is no number refuses.
    """
    facts = data or DataFacts()
    return Gate(
        (
            conditions.finite(evaluation),
            conditions.knows_categories(classes),
            conditions.beats_majority(evaluation),
            conditions.not_below_lookup(evaluation),
            conditions.not_below_baseline(evaluation),
            conditions.not_below_champion(evaluation),
            conditions.champion_f1(evaluation, thresholds),
            conditions.f1_macro(evaluation, thresholds),
            conditions.category_f1(evaluation, thresholds),
            conditions.no_leak(evaluation, facts),
            conditions.fresh(facts, thresholds),
        )
    )
