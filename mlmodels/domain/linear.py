"""Learn a softmax regression over hashed text: the part of a model that reads."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from mlmodels.domain.features import TextFeatures, Tokens, inverse_document_frequencies
from mlmodels.domain.text.hashing import COLUMNS

MAX_WEIGHTS = 500_000
"""The largest by size are kept; four times as many changed no accuracy by more than a tenth of a point."""
STEP = 1.0
EPOCHS = 4
"""Twice as many, or larger steps, remember rows instead of words: the accuracy on the rows that follow was no
better with 400 rows, 3,000 or 80,000, nor with 240 categories."""
_LARGEST_BATCH = 512
_SMALLEST_BATCH = 16
_ROWS_AT_ONCE = 4_096
_SIZES = 2**15  # different sizes of a number of two bytes
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
        return log_softmax(features.times(self.weights, rows) + self.bias)


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
    epochs: int = EPOCHS
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

    `targets` and `sample_weights` stand beside `rows`, the positions in `tokens` to learn from. A column
    has one step for all labels: with a step for each of its weights, hundreds of labels took twice the
    memory and time and were told apart no better. Duchi, Hazan and Singer, "Adaptive Subgradient Methods"
    (2011).
    """
    frequencies = tokens.document_frequencies(rows)
    idf = inverse_document_frequencies(frequencies, len(rows))
    features = tokens.weigh(idf)
    learner = _Learner(tokens.occurring(rows, frequencies), _priors(targets, parameters.labels))
    random = np.random.default_rng(parameters.seed)
    batch = min(_LARGEST_BATCH, max(_SMALLEST_BATCH, len(rows) // _BATCHES_AN_EPOCH))
    for epoch in range(parameters.epochs):
        order = random.permutation(len(rows))
        for start in range(0, len(rows), batch):
            picked = order[start : start + batch]
            done = (epoch + start / len(rows)) / parameters.epochs
            step = np.float32(parameters.step * (1 - done))
            learner.learn(features.rows(rows[picked]), targets[picked], sample_weights[picked], step)
        progress((epoch + 1) / parameters.epochs)
    return LinearModel(idf, learner.largest(), learner.bias)


def _priors(targets: NDArray[np.intp], labels: int) -> NDArray[np.float32]:
    counts = np.bincount(targets, minlength=labels) + 1
    priors: NDArray[np.float32] = np.log(counts / counts.sum()).astype(np.float32)
    return priors


class _Learner:
    """Weights of the columns that occur: a small data set has a tenth of all, and no more is held."""

    def __init__(self, occurring: NDArray[np.intp], bias: NDArray[np.float32]) -> None:
        self.bias = bias
        self._occurring = occurring
        self._weights = np.zeros((len(occurring), len(bias)), np.float32)
        # The mean over the labels of the squares so far. It starts so high that first steps are not bold.
        self._squares = np.full(len(occurring), 1e-3, np.float32)
        self._place = np.zeros(COLUMNS, np.int32)
        self._place[occurring] = np.arange(len(occurring))
        self._is_present = np.zeros(len(occurring), np.bool_)
        self._compact = np.zeros(len(occurring), np.int32)

    def learn(
        self,
        batch: sp.csr_matrix,
        targets: NDArray[np.intp],
        sample_weights: NDArray[np.float32],
        step: np.float32,
    ) -> None:
        columns, present = self._present(batch)
        weights = self._weights[columns]
        errors = np.exp(log_softmax(present @ weights + self.bias))
        errors[np.arange(len(targets)), targets] -= 1
        errors *= sample_weights[:, None]
        # 16 / rows: with the 1e-3 in the squares it sets how bold the first steps are.
        gradient = present.T @ (errors * np.float32(16 / len(targets)))
        squares = self._squares[columns] + np.einsum("ij,ij->i", gradient, gradient) / np.float32(
            len(self.bias)
        )
        self._squares[columns] = squares
        gradient *= (step / np.sqrt(squares))[:, None]
        weights -= gradient
        self._weights[columns] = weights
        self.bias = self.bias - np.float32(0.01) * errors.mean(axis=0)

    def largest(self) -> sp.csr_matrix:
        """Return (COLUMNS, labels) the largest weights as two bytes hold them."""
        kept = largest(self._weights, MAX_WEIGHTS)
        sizes = np.zeros(COLUMNS + 1, np.int32)
        sizes[self._occurring + 1] = np.diff(kept.indptr)
        return sp.csr_matrix((kept.data, kept.indices, np.cumsum(sizes)), (COLUMNS, kept.shape[1]))

    def _present(self, batch: sp.csr_matrix) -> tuple[NDArray[np.intp], sp.csr_matrix]:
        # Only the columns that occur are touched: a batch sees a few thousand of them.
        places = self._place[batch.indices]
        self._is_present[places] = True
        columns = np.flatnonzero(self._is_present)
        self._is_present[columns] = False
        self._compact[columns] = np.arange(len(columns))
        shape = (batch.shape[0], len(columns))
        return columns, sp.csr_matrix((batch.data, self._compact[places], batch.indptr), shape)


def largest(weights: NDArray[np.float32], count: int) -> sp.csr_matrix:
    """Return the `count` largest weights by size, and those equal to the last of them, exact in two bytes.

    Where some must go, so do all below a thousandth. A size is counted by its two bytes, some thousand
    rows at a time, so that large weights need no second copy.
    """
    parts = [slice(at, at + _ROWS_AT_ONCE) for at in range(0, max(len(weights), 1), _ROWS_AT_ONCE)]
    counts = np.zeros(_SIZES, np.int64)
    for part in parts:
        counts += np.bincount(_sizes(weights[part].astype(np.float16)).ravel(), minlength=_SIZES)
    as_large = np.cumsum(counts[::-1])[::-1]
    smallest = 1
    if as_large[1] > count:
        smallest = max(
            int(_sizes(np.array([1e-3], np.float16))[0]), int(np.flatnonzero(as_large >= count)[-1])
        )
    return sp.vstack([_not_below(weights[part].astype(np.float16), smallest) for part in parts], "csr")


def _not_below(weights: NDArray[np.float16], smallest: int) -> sp.csr_matrix:
    return sp.csr_matrix(np.where(_sizes(weights) >= smallest, weights, np.float16(0)).astype(np.float32))


def _sizes(weights: NDArray[np.float16]) -> NDArray[np.uint16]:
    # The bits of a number without its sign stand in the order of its size.
    sizes: NDArray[np.uint16] = weights.view(np.uint16) & np.uint16(_SIZES - 1)
    return sizes
