"""Measure a model on examples it did not learn from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How well one category was found."""

    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a hold-out showed."""

    size: int
    is_finite: bool
    accuracy: float
    top3: float
    f1_macro: float
    """Mean over the categories that occur in the hold-out; one that is absent from it counts neither way."""
    per_class: dict[str, ClassScore]
    majority_accuracy: float
    """Of always answering the category that was most frequent in training."""
    baseline_coverage: float
    """Share of the rows for which today's answer was known."""
    baseline_accuracy: float | None
    """Of today's answer, on those rows; None without any."""
    accuracy_on_baseline_rows: float | None
    """Of the model, on the same rows."""


@dataclass(frozen=True, slots=True)
class HoldOut:
    """The truth about the rows that a model is measured on."""

    categories: Sequence[str]
    baseline: Sequence[str | None]
    majority: str
    """The most frequent category of the training rows."""


def evaluate(probabilities: NDArray[np.float64], labels: Sequence[str], truth: HoldOut) -> Evaluation:
    """Compare (rows, labels) probabilities with the truth.

    A category that the model has no label for counts as wrong in every row it occurs in, and shifts no label.
    """
    answers, is_in_top3 = _answers(probabilities, labels, truth.categories)
    is_right = [answer == category for answer, category in zip(answers, truth.categories, strict=True)]
    per_class = _per_class(answers, truth.categories)
    covered = [row for row, baseline in enumerate(truth.baseline) if baseline is not None]
    return Evaluation(
        size=len(answers),
        is_finite=bool(np.isfinite(probabilities).all()),
        accuracy=_mean(is_right),
        top3=_mean(is_in_top3),
        f1_macro=_mean([score.f1 for score in per_class.values()]),
        per_class=per_class,
        majority_accuracy=_mean([category == truth.majority for category in truth.categories]),
        baseline_coverage=len(covered) / len(answers),
        baseline_accuracy=_mean([truth.baseline[r] == truth.categories[r] for r in covered])
        if covered
        else None,
        accuracy_on_baseline_rows=_mean([is_right[row] for row in covered]) if covered else None,
    )


def _answers(
    probabilities: NDArray[np.float64], labels: Sequence[str], categories: Sequence[str]
) -> tuple[list[str], list[bool]]:
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :3].tolist()
    answers = [labels[row[0]] for row in best]
    is_in_top3 = [
        category in [labels[c] for c in row] for row, category in zip(best, categories, strict=True)
    ]
    return answers, is_in_top3


def _per_class(answers: Sequence[str], categories: Sequence[str]) -> dict[str, ClassScore]:
    support = Counter(categories)
    predicted = Counter(answers)
    hits = Counter(answer for answer, category in zip(answers, categories, strict=True) if answer == category)
    return {
        category: ClassScore(
            2 * hits[category] / (support[category] + predicted[category]), support[category]
        )
        for category in sorted(support)
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
