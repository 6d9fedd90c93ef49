"""Fit confidences to the answers of a validation; apart from their use, which must not import SciPy."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from mlmodels.domain.calibration import IDENTITY, MOST, Calibration, Curve

MAX_BINS = 40
MIN_BIN = 25
MIN_OF_A_CATEGORY = 40
"""Rows that a category needs for a threshold of its own."""
_PSEUDO_ROWS = 4.0
_DEVIATES = 1.0  # the lower bound a threshold must reach: one standard deviation, 84 % one-sided


def fit_curve(raw: NDArray[np.float64], is_right: NDArray[np.bool_]) -> Curve:
    """Fit isotonic regression to the first places of a validation; the identity without any.

    Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability estimates"
    (2002), on bins of equal mass, each drawn a little towards its mean raw probability, so that few rows
    promise little.
    """
    if not len(raw):
        return IDENTITY
    order = np.argsort(raw, kind="stable")
    bins = np.array_split(order, int(np.clip(len(raw) // MIN_BIN, 1, MAX_BINS)))
    means = np.array([raw[rows].mean() for rows in bins])
    shares = np.array(
        [
            (is_right[rows].sum() + _PSEUDO_ROWS * mean) / (len(rows) + _PSEUDO_ROWS)
            for rows, mean in zip(bins, means, strict=True)
        ]
    )
    rising = isotonic_regression(shares, weights=np.array([float(len(rows)) for rows in bins])).x
    return Curve((0.0, *means.tolist(), 1.0), (0.0, *rising.tolist(), max(float(rising[-1]), MOST)))


def fit_calibration(
    raw: NDArray[np.float64],
    is_right: NDArray[np.bool_],
    is_seen: NDArray[np.bool_],
    categories: Sequence[str],
    *,
    promise: float,
) -> Calibration:
    """Fit on the first places of a validation: their raw probability, category and whether it was right."""
    seen, unseen = fit_curve(raw[is_seen], is_right[is_seen]), fit_curve(raw[~is_seen], is_right[~is_seen])
    confidences = np.where(is_seen, seen.apply(raw), unseen.apply(raw))
    names = np.asarray(categories, dtype=object)
    thresholds = {}
    for name in sorted(set(categories)):
        of_it = names == name
        if of_it.sum() >= MIN_OF_A_CATEGORY:
            thresholds[name] = certain_from(confidences[of_it], is_right[of_it], promise)
    return Calibration(seen, unseen, promise, certain_from(confidences, is_right, promise), thresholds)


def certain_from(confidences: NDArray[np.float64], is_right: NDArray[np.bool_], promise: float) -> float:
    """Return the lowest confidence above which at least `promise` of the answers were right; 2 if none.

    A bound must reach the promise, not the share itself, which would be chosen for its luck: Wilson's score
    bound ("Probable inference", 1927), one standard deviation below.
    """
    order = np.argsort(-confidences, kind="stable")
    sizes = np.arange(1, len(order) + 1)
    bounds = wilson_bound(np.cumsum(is_right[order]), sizes)
    # Within equal confidences there is no cutting.
    is_last = np.append(np.diff(confidences[order]) != 0, True) if len(order) else np.empty(0, np.bool_)
    possible = np.flatnonzero((bounds >= promise) & is_last)
    return float(confidences[order][possible[-1]]) if len(possible) else 2.0


def wilson_bound(hits: NDArray[np.intp], sizes: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the lower bounds of shares."""
    share, z = hits / sizes, _DEVIATES
    centre = share + z * z / (2 * sizes)
    spread = z * np.sqrt(share * (1 - share) / sizes + z * z / (4 * sizes * sizes))
    return np.asarray((centre - spread) / (1 + z * z / sizes), np.float64)
