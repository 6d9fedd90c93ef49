"""Tell whether a model's confidence can be believed, and what a threshold on it delivers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.types import Prediction

BINS = 15
"""As in Guo et al., "On Calibration of Modern Neural Networks", ICML 2017."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Rows of similar confidence, and how often their first answer was right."""

    confidence: float
    """Mean of the rows."""
    accuracy: float
    count: int


def reliability(confidences: NDArray[np.float64], is_right: NDArray[np.bool_]) -> tuple[ReliabilityBin, ...]:
    """Return at most 15 bins of about as many rows each, by rising confidence.

    Equal mass after Nguyen and O'Connor, "Posterior Calibration and Exploratory Analysis for NLP Models",
    EMNLP 2015. Rows of one confidence share a bin, so that the order of the rows decides nothing.

    Args:
        confidences: (answered rows,) in 0…1, of the first answer.
        is_right: (answered rows,).
    """
    if not len(confidences):
        return ()
    order = np.argsort(confidences, kind="stable")
    ascending, hits = confidences[order], is_right[order]
    quantiles = ascending[np.arange(BINS) * len(ascending) // BINS]
    starts = np.unique(np.searchsorted(ascending, quantiles, side="left"))
    counts = np.diff(np.append(starts, len(ascending)))
    means = np.add.reduceat(ascending, starts) / counts
    accuracies = np.add.reduceat(hits.astype(np.float64), starts) / counts
    return tuple(
        ReliabilityBin(confidence, accuracy, count)
        for confidence, accuracy, count in zip(
            means.tolist(), accuracies.tolist(), counts.tolist(), strict=True
        )
    )


def calibration_error(bins: Sequence[ReliabilityBin]) -> float:
    """Return the expected calibration error, in 0…1; 0 without bins.

    The mean distance of confidence and accuracy, weighted by rows: Naeini, Cooper and Hauskrecht, "Obtaining
    Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015.
    """
    size = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.accuracy) for one in bins) / size if size else 0.0


def coverage_at(
    precision: float, confidences: NDArray[np.float64], is_right: NDArray[np.bool_], *, size: int
) -> float:
    """Return the largest share of `size` rows that a threshold lets pass with this precision or more.

    Args:
        precision: what is demanded, in 0…1.
        confidences: (answered rows,).
        is_right: (answered rows,).
        size: all rows, those without an answer included.
    """
    passing, _ = _widest(precision, confidences, is_right)
    return passing / size if size else 0.0


def threshold_for(
    precision: float, answers: Sequence[Sequence[Prediction]], categories: Sequence[str]
) -> float | None:
    """Return the lowest confidence that promises this precision on these rows; None when none does."""
    _, threshold = _widest(precision, *first_answers(answers, categories))
    return threshold


def precision_delivered(
    answers: Sequence[Sequence[Prediction]], categories: Sequence[str], threshold: float
) -> tuple[float, float | None]:
    """Return the share of rows whose first answer reaches the threshold, and the precision among them.

    The precision is None when no row reaches it.
    """
    confidences, is_right = first_answers(answers, categories)
    passing = confidences >= threshold
    count = int(passing.sum())
    if not count:
        return 0.0, None
    return count / len(answers), float(is_right[passing].mean())


def first_answers(
    answers: Sequence[Sequence[Prediction]], categories: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return confidence and correctness of the first answers, (answered rows,) each.

    A confidence that is not finite counts as 0: nothing may be promised on it.
    """
    answered = [
        (ranked[0].confidence, ranked[0].category == category)
        for ranked, category in zip(answers, categories, strict=True)
        if ranked
    ]
    table = np.array(answered, np.float64).reshape(-1, 2)
    confidences = np.where(np.isfinite(table[:, 0]), table[:, 0], 0.0).clip(0.0, 1.0)
    return confidences, table[:, 1] == 1.0


def _widest(
    precision: float, confidences: NDArray[np.float64], is_right: NDArray[np.bool_]
) -> tuple[int, float | None]:
    if not len(confidences):
        return 0, None
    order = np.argsort(-confidences, kind="stable")
    falling = confidences[order]
    precisions = np.cumsum(is_right[order]) / np.arange(1, len(order) + 1)
    # A threshold parts no two rows of one confidence.
    is_last_of_its_kind = np.append(falling[1:] < falling[:-1], True)
    passing = np.flatnonzero(is_last_of_its_kind & (precisions >= precision))
    return (int(passing[-1]) + 1, float(falling[passing[-1]])) if len(passing) else (0, None)
