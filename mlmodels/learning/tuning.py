"""Choose the settings of a ranker by a bounded search."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import qmc

from mlmodels.learning.ranker import Ranker, RankerParameters, RankerRows, fit_ranker

ROUNDS = (25, 50, 75, 100, 150)
_TOLERATED = 1.002  # a loss so near the least is bought with fewer trees, which every prediction pays for
_LEAST_PROBABILITY = 1e-6


@dataclass(frozen=True, slots=True)
class Search:
    """What a search has found."""

    best: RankerParameters
    ranker: Ranker
    """The one that was best, fitted on the rows of the search alone, with all its rounds."""
    trials: list[dict[str, Any]]
    """Each trial's settings and loss, for the record."""


def search_parameters(
    learning: RankerRows,
    validation: RankerRows,
    *,
    trials: int,
    seed: int,
    threads: int,
    progress: Callable[[float], None],
) -> Search:
    """Try the standing settings and some more; return those with the least cross entropy on the validation.

    The settings come from a scrambled Sobol sequence, which covers the space more evenly than random search
    (Bergstra and Bengio, 2012); rounds are read off each fit.
    """
    tried: list[tuple[float, RankerParameters, Ranker]] = []
    record: list[dict[str, Any]] = []
    for number, parameters in enumerate(_settings(trials, seed)):
        ranker = fit_ranker(learning, parameters, seed=seed, threads=threads, progress=lambda _share: None)
        losses = {rounds: _loss(ranker, validation, rounds) for rounds in ROUNDS}
        enough = _TOLERATED * min(losses.values())
        rounds = next(one for one in ROUNDS if losses[one] <= enough)
        tried.append((losses[rounds], replace(parameters, rounds=rounds), ranker))
        record.append(tried[-1][1].to_json() | {"loss": losses[rounds]})
        progress((number + 1) / trials)
    _, best, ranker = min(tried, key=lambda trial: trial[0])
    return Search(best, ranker, record)


def _settings(trials: int, seed: int) -> list[RankerParameters]:
    standing = RankerParameters(rounds=ROUNDS[-1])
    sampler = qmc.Sobol(d=5, scramble=True, seed=seed)
    points = sampler.random_base2(max(0, int(np.ceil(np.log2(max(trials, 1))))))[: trials - 1]
    return [standing, *(_at(point) for point in points)]


def _at(point: np.ndarray[Any, np.dtype[np.float64]]) -> RankerParameters:
    leaves, rate, ridge, fraction, least = point.tolist()
    return RankerParameters(
        rounds=ROUNDS[-1],
        leaves=round(7 * (15 / 7) ** leaves),
        learning_rate=round(0.04 * (0.15 / 0.04) ** rate, 4),
        lambda_l2=round(1 * 30**ridge, 3),
        feature_fraction=round(0.4 + 0.5 * fraction, 3),
        min_data_in_leaf=round(20 * 10**least),
    )


def _loss(ranker: Ranker, rows: RankerRows, rounds: int) -> float:
    probabilities = ranker.probabilities(rows.candidates, rounds)
    truth = np.full(len(rows.weights), _LEAST_PROBABILITY)
    truth[rows.candidates.row[rows.is_right]] = np.maximum(probabilities[rows.is_right], _LEAST_PROBABILITY)
    return float(-(rows.weights * np.log(truth)).sum() / rows.weights.sum())
