"""Learn a softmax regression over hashed text: the part of a model that reads."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from mlmodels.domain.features import TextFeatures, Tokens, inverse_document_frequencies

MAX_WEIGHTS = 500_000
"""The largest by size are kept; four times as many changed no accuracy by more than a tenth of a point."""
STEP = 1.0
_LARGEST_BATCH = 512
_SMALLEST_BATCH = 16
_BATCHES_AN_EPOCH = 50  # at least, so that a small data set gets enough steps


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Scores of text for each label."""

    idf: NDArray[np.float32]
    """(COLUMNS,); every value is exact in two bytes."""
    weights: sp.csr_matrix
    """(COLUMNS, labels), float32, mostly empty; every value is exact in two bytes."""
    bias: NDArray[np.float32]
    """(labels,)."""

    def score(self, features: TextFeatures, rows: slice | NDArray[np.intp]) -> NDArray[np.float32]:
        """Return (rows, labels) natural logarithms of probabilities of features weighed by this idf."""
        return log_softmax((features.rows(rows) @ self.weights).toarray() + self.bias)


def log_softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the logarithms of the softmax of each row."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    result: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


@dataclass(frozen=True, slots=True)
class LinearParameters:
    """What, besides the rows, decides how a linear model turns out."""

    labels: int
    seed: int
    epochs: int = 8
    step: float = STEP


def fit_linear(
    tokens: Tokens,
    rows: NDArray[np.intp],
    targets: NDArray[np.intp],
    sample_weights: NDArray[np.float32],
    parameters: LinearParameters,
    progress: Callable[[float], None],
) -> LinearModel:
    """Fit by Adagrad in shuffled batches; the same rows and seed give the same model, bit for bit.

    `targets` and `sample_weights` stand beside `rows`, the positions in `tokens` to learn from. Duchi,
    Hazan and Singer, "Adaptive Subgradient Methods" (2011).
    """
    frequencies = tokens.document_frequencies(rows)
    idf = inverse_document_frequencies(frequencies, len(rows))
    features = tokens.weigh(idf)
    learner = _Learner(len(idf), _priors(targets, parameters.labels))
    random = np.random.default_rng(parameters.seed)
    batch = min(_LARGEST_BATCH, max(_SMALLEST_BATCH, len(rows) // _BATCHES_AN_EPOCH))
    for epoch in range(parameters.epochs):
        order = random.permutation(len(rows))
        step = np.float32(parameters.step * (1 - epoch / parameters.epochs))
        for start in range(0, len(rows), batch):
            picked = order[start : start + batch]
            learner.learn(features.rows(rows[picked]), targets[picked], sample_weights[picked], step)
        progress((epoch + 1) / parameters.epochs)
    return LinearModel(idf, _largest(learner.weights), learner.bias)


def _priors(targets: NDArray[np.intp], labels: int) -> NDArray[np.float32]:
    counts = np.bincount(targets, minlength=labels) + 1
    priors: NDArray[np.float32] = np.log(counts / counts.sum()).astype(np.float32)
    return priors


def _largest(weights: NDArray[np.float32]) -> sp.csr_matrix:
    sizes = np.abs(weights)
    if weights.size > MAX_WEIGHTS:
        smallest = np.partition(sizes, -MAX_WEIGHTS, axis=None)[-MAX_WEIGHTS]
        weights = np.where(sizes >= max(smallest, 1e-3), weights, np.float32(0))
    return sp.csr_matrix(weights.astype(np.float16).astype(np.float32))


class _Learner:
    def __init__(self, columns: int, bias: NDArray[np.float32]) -> None:
        self.weights = np.zeros((columns, len(bias)), np.float32)
        self.bias = bias
        self._squares = np.full((columns, len(bias)), 1e-3, np.float32)

    def learn(
        self,
        batch: sp.csr_matrix,
        targets: NDArray[np.intp],
        sample_weights: NDArray[np.float32],
        step: np.float32,
    ) -> None:
        columns, compact = np.unique(batch.indices, return_inverse=True)
        # Only the columns that occur are touched: a batch sees a few thousand of them.
        present = sp.csr_matrix(
            (batch.data, compact.astype(np.int32), batch.indptr), (len(targets), len(columns))
        )
        weights = self.weights[columns]
        errors = np.exp(log_softmax(present @ weights + self.bias))
        errors[np.arange(len(targets)), targets] -= 1
        errors *= sample_weights[:, None]
        # 16 / rows: with the 1e-3 in the squares it sets how bold the first steps are.
        gradient = present.T @ (errors * np.float32(16 / len(targets)))
        squares = self._squares[columns]
        squares += gradient * gradient
        self._squares[columns] = squares
        np.sqrt(squares, out=squares)
        gradient *= step
        gradient /= squares
        weights -= gradient
        self.weights[columns] = weights
        self.bias = self.bias - np.float32(0.01) * errors.mean(axis=0)
