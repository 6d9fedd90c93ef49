"""Decide whether a model may be promoted; every condition shows its value and its threshold."""

from dataclasses import asdict, dataclass
from typing import Any

from mlmodels.domain.evaluation import Evaluation

MIN_CLASSES = 2


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a model must show."""

    name: str
    value: float | None
    """None where nothing could be measured."""
    threshold: float | None
    passed: bool


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

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as it is stored."""
        return {"passed": self.passed, "conditions": [asdict(condition) for condition in self.conditions]}


def judge(evaluation: Evaluation, *, classes: int) -> Gate:
    """Return the gate's verdict on a model that knows so many categories."""
    return Gate(
        (
            Condition("finite", float(evaluation.is_finite), 1.0, evaluation.is_finite),
            Condition("classes", float(classes), float(MIN_CLASSES), classes >= MIN_CLASSES),
            Condition(
                "beats_majority",
                evaluation.accuracy,
                evaluation.majority_accuracy,
                evaluation.accuracy > evaluation.majority_accuracy,
            ),
            _not_below_baseline(evaluation),
        )
    )


def _not_below_baseline(evaluation: Evaluation) -> Condition:
    value, threshold = evaluation.accuracy_on_baseline_rows, evaluation.baseline_accuracy
    # Without an answer of today there is nothing to be worse than.
    passed = value is None or threshold is None or value >= threshold
    return Condition("not_below_baseline", value, threshold, passed)
