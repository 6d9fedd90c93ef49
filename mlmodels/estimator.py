"""Fit and ask the model itself; the one place that imports LightGBM."""

import base64
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.features import NUMBERS, Features
from mlmodels.domain.linear import LinearModel, fit_linear

ROUNDS = 20
MAX_TREES = 1_500
HEAD_SHARE = 0.3
"""The newest share of the examples, on which the trees learn to correct what older text teaches."""

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class FitParameters:
    """What, besides the examples, decides how a model turns out."""

    labels: int
    seed: int
    threads: int


@dataclass(frozen=True, slots=True)
class TrainingRows:
    """The rows to fit, oldest first."""

    features: Features
    targets: NDArray[np.intp]
    """(rows,) positions of the labels."""
    weights: NDArray[np.float32]
    """(rows,)."""


class Estimator:
    """A linear model of the text whose scores LightGBM corrects, by amount, sign, day and those scores.

    Multiclass trees on hashed text need hundreds of trees a category and still lose to a linear model; on its
    scores twenty rounds are enough.
    """

    def __init__(self, linear: LinearModel, model_text: str) -> None:
        self.linear = linear
        self.model_text = model_text
        self._booster = _lightgbm().Booster(model_str=model_text)

    @property
    def trees(self) -> int:
        """Return the number of trees that every prediction visits."""
        return int(self._booster.num_trees())

    def rewritten(self) -> str:
        """Return the trees as LightGBM writes what it has read; sound text comes back unchanged."""
        return str(self._booster.model_to_string())

    def predict(self, features: Features) -> NDArray[np.float64]:
        """Return (rows, labels) probabilities; each row sums to 1."""
        log_probabilities = self.linear.log_probabilities(features.hashed)
        # One thread: with more, a single row costs twenty times as much, and a fork after OpenMP hangs.
        corrections = self._booster.predict(
            _head_rows(log_probabilities, features.numbers), raw_score=True, num_threads=1
        )
        raw = log_probabilities + np.asarray(corrections, np.float64).reshape(log_probabilities.shape)
        shifted = np.exp(raw - raw.max(axis=1, keepdims=True))
        result: NDArray[np.float64] = shifted / shifted.sum(axis=1, keepdims=True)
        return result

    def to_document(self) -> dict[str, object]:
        """Return what `from_document` needs to make the same estimator again."""
        return {
            "width": len(self.linear.weights),
            "weights": base64.b64encode(self.linear.weights.astype("<f2").tobytes()).decode("ascii"),
            "bias": [float(value) for value in self.linear.bias],
        }


def from_document(document: dict[str, Any], model_text: str) -> Estimator:
    """Return the estimator of an artifact whose bytes have been checked."""
    bias = np.asarray(document["bias"], np.float32)
    weights = np.frombuffer(base64.b64decode(document["weights"], validate=True), "<f2").astype(np.float32)
    return Estimator(LinearModel(weights.reshape(int(document["width"]), len(bias)), bias), model_text)


def fit(rows: TrainingRows, parameters: FitParameters, progress: Progress) -> Estimator:
    """Fit the text on the older rows and the trees on the newer ones, then the text again on all.

    The trees learn from scores of rows that the text model had not seen, as it will be when they are asked.
    """
    cut = round(len(rows.targets) * (1 - HEAD_SHARE))
    older = _fit_text(rows, slice(0, cut), parameters, lambda share: progress(0.35 * share))
    model_text = _fit_trees(rows, cut, older, parameters, lambda share: progress(0.35 + 0.25 * share))
    linear = _fit_text(rows, slice(0, None), parameters, lambda share: progress(0.6 + 0.4 * share))
    return Estimator(linear, model_text)


def _fit_text(rows: TrainingRows, part: slice, parameters: FitParameters, progress: Progress) -> LinearModel:
    return fit_linear(
        rows.features.hashed[part],
        rows.targets[part],
        rows.weights[part],
        labels=parameters.labels,
        seed=parameters.seed,
        progress=progress,
    )


def _fit_trees(
    rows: TrainingRows, cut: int, linear: LinearModel, parameters: FitParameters, progress: Progress
) -> str:
    lightgbm = _lightgbm()
    features = rows.features.take(slice(cut, None))
    log_probabilities = linear.log_probabilities(features.hashed)
    data = lightgbm.Dataset(
        _head_rows(log_probabilities, features.numbers),
        rows.targets[cut:],
        weight=rows.weights[cut:],
        init_score=log_probabilities,
        feature_name=[f"log_probability_{label}" for label in range(parameters.labels)] + list(NUMBERS),
    )
    rounds = max(1, min(ROUNDS, MAX_TREES // parameters.labels))
    booster = lightgbm.train(
        _tree_parameters(parameters),
        data,
        num_boost_round=rounds,
        callbacks=[lambda state: progress((state.iteration + 1) / rounds)],
    )
    return str(booster.model_to_string())


def _tree_parameters(parameters: FitParameters) -> dict[str, object]:
    return {
        "objective": "multiclass",
        "num_class": parameters.labels,
        "num_leaves": 7,
        "learning_rate": 0.1,
        "min_data_in_leaf": 30,
        "lambda_l2": 5.0,
        "max_bin": 63,
        "boost_from_average": False,  # the text model's scores are the start
        "num_threads": parameters.threads,
        "seed": parameters.seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }


def _head_rows(log_probabilities: NDArray[np.float64], numbers: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([log_probabilities.astype(np.float32), numbers], axis=1)


@cache
def _lightgbm() -> Any:
    # Importing it costs about a second: a web process pays when it first loads a model, not when it starts.
    return importlib.import_module("lightgbm")
