"""Learn a softmax regression over hashed text: the part of a model that reads."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

# Chosen on card data in time order: more epochs or a smaller step gained nothing.
EPOCHS = 8
STEP = 0.5
_LARGEST_BATCH = 512
_SMALLEST_BATCH = 16
_BATCHES_AN_EPOCH = 50  # at least, so that a small data set gets enough steps
_MAX_WEIGHTS = 4_000_000  # 8 MB at two bytes each keeps the artifact below 20 MiB


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Scores of text; columns are folded to the width of the weights, fewer for many labels."""

    weights: NDArray[np.float32]
    """(width, labels); every value is exact in two bytes."""
    bias: NDArray[np.float32]
    """(labels,)."""

    def log_probabilities(self, hashed: sp.csr_matrix) -> NDArray[np.float64]:
        """Return (rows, labels) natural logarithms of probabilities."""
        folded = fold(hashed, len(self.weights))
        return log_softmax((folded @ self.weights + self.bias).astype(np.float64))


def width_for(labels: int, columns: int) -> int:
    """Return the largest power-of-two part of the columns whose weights for so many labels stay small."""
    width = columns
    while width * labels > _MAX_WEIGHTS and width > 1:
        width //= 2
    return width


def fold(hashed: sp.csr_matrix, width: int) -> sp.csr_matrix:
    """Return the matrix with its columns taken modulo the width."""
    if hashed.shape[1] == width:
        return hashed
    return sp.csr_matrix((hashed.data, hashed.indices % width, hashed.indptr), shape=(hashed.shape[0], width))


def log_softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithms of the softmax of each row."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    result: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


def fit_linear(
    hashed: sp.csr_matrix,
    targets: NDArray[np.intp],
    sample_weights: NDArray[np.float32],
    *,
    labels: int,
    seed: int,
    progress: Callable[[float], None],
) -> LinearModel:
    """Fit by Adagrad in shuffled batches; the same rows and seed give the same model, bit for bit."""
    folded = fold(hashed, width_for(labels, hashed.shape[1]))
    learner = _Learner(folded.shape[1], _priors(targets, labels))
    random = np.random.default_rng(seed)
    rows = folded.shape[0]
    batch = min(_LARGEST_BATCH, max(_SMALLEST_BATCH, rows // _BATCHES_AN_EPOCH))
    for epoch in range(EPOCHS):
        order = random.permutation(rows)
        for start in range(0, rows, batch):
            picked = order[start : start + batch]
            learner.learn(
                folded[picked], targets[picked], sample_weights[picked], STEP * (1 - epoch / EPOCHS)
            )
        progress((epoch + 1) / EPOCHS)
    return LinearModel(learner.weights.astype(np.float16).astype(np.float32), learner.bias)


def _priors(targets: NDArray[np.intp], labels: int) -> NDArray[np.float32]:
    counts = np.bincount(targets, minlength=labels) + 1
    priors: NDArray[np.float32] = np.log(counts / counts.sum()).astype(np.float32)
    return priors


class _Learner:
    def __init__(self, width: int, bias: NDArray[np.float32]) -> None:
        self.weights = np.zeros((width, len(bias)), np.float32)
        self.bias = bias
        self._squares = np.full((width, len(bias)), 1e-3, np.float32)

    def learn(
        self,
        batch: sp.csr_matrix,
        targets: NDArray[np.intp],
        sample_weights: NDArray[np.float32],
        step: float,
    ) -> None:
        columns, compact = np.unique(batch.indices, return_inverse=True)
        # Only the columns that occur are touched: a batch sees a few thousand of them.
        present = sp.csr_matrix(
            (batch.data, compact.astype(np.int32), batch.indptr), (len(targets), len(columns))
        )
        weights = self.weights[columns]
        errors = np.exp(log_softmax((present @ weights + self.bias).astype(np.float64)))
        errors[np.arange(len(targets)), targets] -= 1
        errors = (errors * sample_weights[:, None]).astype(np.float32)
        # 16 / rows: with the 1e-3 in the squares it sets how bold the first steps are.
        gradient = present.T @ errors * np.float32(16 / len(targets))
        squares = self._squares[columns] + gradient * gradient
        self._squares[columns] = squares
        self.weights[columns] = weights - np.float32(step) * gradient / np.sqrt(squares)
        self.bias = self.bias - np.float32(0.01) * errors.mean(axis=0)
