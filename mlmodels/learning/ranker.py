"""Rank candidates with a few small trees of LightGBM."""

import importlib
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.candidates import FEATURE_NAMES, Candidates

Progress = Callable[[float], None]
_ROWS_A_LEAF = 20


@dataclass(frozen=True, slots=True)
class RankerParameters:
    """The settings of the trees; chosen by a search, recorded with the run."""

    rounds: int = 100
    leaves: int = 15
    learning_rate: float = 0.1
    lambda_l2: float = 5.0
    feature_fraction: float = 0.6
    min_data_in_leaf: int = 50

    def to_json(self) -> dict[str, float]:
        """Return the settings by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class RankerRows:
    """Candidates with the truth about them."""

    candidates: Candidates
    is_right: NDArray[np.bool_]
    """(candidates,) whether the candidate is the row's category."""
    weights: NDArray[np.float32]
    """(rows,) how much each row counts."""


class Ranker:
    """Trees whose sum, added to the text's log-probability, orders the candidates of a row."""

    def __init__(self, model_text: str) -> None:
        self.model_text = model_text
        self._booster = _lightgbm().Booster(model_str=model_text)

    @property
    def trees(self) -> int:
        """Return the number of trees that every prediction visits."""
        return int(self._booster.num_trees())

    def rewritten(self) -> str:
        """Return the trees as LightGBM writes what it has read; sound text comes back unchanged."""
        return str(self._booster.model_to_string())

    def probabilities(self, candidates: Candidates, rounds: int | None = None) -> NDArray[np.float64]:
        """Return (candidates,) probabilities that add up to 1 in each row."""
        if not len(candidates.row):
            return np.empty(0)
        # One thread: with more, a single row costs twenty times as much, and a fork after OpenMP hangs.
        corrections = self._booster.predict(
            candidates.features, raw_score=True, num_threads=1, num_iteration=rounds
        )
        return softmax_of_rows(candidates.column("log_probability") + corrections, _starts(candidates.row))

    def contributions(self, candidates: Candidates) -> NDArray[np.float64]:
        """Return (candidates, features + 1): what each feature adds to the score, the last column the mean.

        Exact Shapley values of the trees. Lundberg, Erion and Lee, "Consistent individualized feature
        attribution for tree ensembles" (2018). About five predictions' time, and not for several threads at
        once.
        """
        if not len(candidates.row):
            return np.empty((0, len(FEATURE_NAMES) + 1))
        values: NDArray[np.float64] = self._booster.predict(
            candidates.features, pred_contrib=True, num_threads=1
        )
        return values


class FitRanker(Protocol):
    """A way to fit a ranker: on this machine or on a cluster."""

    def __call__(
        self, rows: RankerRows, parameters: RankerParameters, *, seed: int, threads: int, progress: Progress
    ) -> Ranker:
        """Fit a softmax within each row over its candidates."""


def fit_ranker(
    rows: RankerRows, parameters: RankerParameters, *, seed: int, threads: int, progress: Progress
) -> Ranker:
    """Fit a softmax within each row over its candidates; rows without the right candidate teach nothing."""
    lightgbm = _lightgbm()
    learnable = Learnable.of(rows)
    data = lightgbm.Dataset(
        learnable.features,
        learnable.targets,
        init_score=learnable.scores,
        feature_name=list(FEATURE_NAMES),
    )
    booster = lightgbm.train(
        _tree_parameters(parameters, len(learnable.targets), seed, threads)
        | {"objective": lambda scores, _data: learnable.gradient(scores)},
        data,
        num_boost_round=parameters.rounds,
        callbacks=[lambda state: progress((state.iteration + 1) / parameters.rounds)],
    )
    # The number of threads changes no tree; written down, it would change the bytes.
    return Ranker(str(booster.model_to_string()).replace(f"[num_threads: {threads}]", "[num_threads: 1]"))


@dataclass(frozen=True, slots=True)
class Learnable:
    """The candidates of the rows that have the right one among them."""

    features: NDArray[np.float32]
    """(candidates, FEATURE_NAMES)"""
    targets: NDArray[np.float64]
    """(candidates,) 1 for the right one."""
    weights: NDArray[np.float64]
    """(candidates,) that of the row."""
    scores: NDArray[np.float64]
    """(candidates,) what the trees are added to: the text's log-probability."""
    starts: NDArray[np.intp]
    """(rows,) where each row starts."""

    @classmethod
    def of(cls, rows: RankerRows) -> "Learnable":
        """Return what can be learned of rows."""
        row = rows.candidates.row
        has_right = np.zeros(len(rows.weights), np.bool_)
        has_right[row[rows.is_right]] = True
        kept = has_right[row]
        features = rows.candidates.features[kept]
        return cls(
            features,
            rows.is_right[kept].astype(np.float64),
            rows.weights[row[kept]].astype(np.float64),
            features[:, FEATURE_NAMES.index("log_probability")].astype(np.float64),
            _starts(row[kept]),
        )

    def gradient(self, scores: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return gradient and curvature of the cross entropy at the scores."""
        return gradient_of_rows(scores, self.targets, self.weights, self.starts)


def gradient_of_rows(
    scores: NDArray[np.float64],
    targets: NDArray[np.float64],
    weights: NDArray[np.float64],
    starts: NDArray[np.intp],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return gradient and curvature of the cross entropy within rows; `starts` is where each row starts."""
    probabilities = softmax_of_rows(scores, starts)
    curvature = weights * np.maximum(probabilities * (1 - probabilities), 1e-6)
    return weights * (probabilities - targets), curvature


def least_rows_in_leaf(parameters: RankerParameters, rows: int) -> int:
    """Return min_data_in_leaf, lowered where there are few candidates."""
    return max(1, min(parameters.min_data_in_leaf, rows // _ROWS_A_LEAF))


def softmax_of_rows(scores: NDArray[np.float64], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the softmax of each row's scores, given where each row starts."""
    sizes = np.diff(np.append(starts, len(scores)))
    shifted = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
    result: NDArray[np.float64] = shifted / np.repeat(np.add.reduceat(shifted, starts), sizes)
    return result


def _starts(row: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.flatnonzero(np.diff(row, prepend=-1))


def _tree_parameters(parameters: RankerParameters, rows: int, seed: int, threads: int) -> dict[str, object]:
    return {
        "num_leaves": parameters.leaves,
        "learning_rate": parameters.learning_rate,
        # LightGBM refuses features that cannot split.
        "min_data_in_leaf": least_rows_in_leaf(parameters, rows),
        "feature_pre_filter": False,
        "lambda_l2": parameters.lambda_l2,
        "feature_fraction": parameters.feature_fraction,
        "max_bin": 63,
        "num_threads": threads,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }


@cache
def _lightgbm() -> Any:
    # Its threads meet several hundred times a tree. Where other processes have the cores, one that waits must
    # sleep: turning round and round, as is the default, it keeps the core from the one that is waited for.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    # Importing it costs about a second: a web process pays when it first loads a model, not when it starts.
    return importlib.import_module("lightgbm")
