"""Linear models of TF-IDF text, as they are usually built."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.svm import LinearSVC

from bench.contender import Answers, Contender, Row, to_ranked
from bench.text_matrix import TextMatrix

SEED = 1
LARGE = 4_000_000
"""Rows × categories above which a fit takes minutes: SGD for logistic regression, one setting, no refits."""
_TEMPERATURES = np.geomspace(0.02, 5.0, 45)


class LinearText:
    """A linear model whose scores become confidences by a softmax with one temperature.

    It is fitted again on all that is known when a month begins, unless that is too much.
    """

    trees = 0

    def __init__(
        self, make_model: Callable[[], Any], *, has_users: bool, can_refit: bool = True, rarest: int = 2
    ) -> None:
        self._make_model = make_model
        self._has_users = has_users
        self._can_refit = can_refit
        self._rarest = rarest
        self._temperature = 1.0
        self._known: list[Row] = []
        self._fitted_in = (0, 0)

    def fit(self, rows: Sequence[Row]) -> None:
        """Fit text and model."""
        self._matrix = TextMatrix(has_users=self._has_users, rarest=self._rarest)
        self._model = self._make_model()
        self._model.fit(self._matrix.fit(rows), [row.category for row in rows])
        self._known = list(rows)
        self._fitted_in = _month(rows[-1])

    def calibrate(self, rows: Sequence[Row]) -> None:
        """Choose the temperature of the least log-loss, on the rows whose category is known."""
        position = {category: column for column, category in enumerate(self._model.classes_)}
        known = [row for row in rows if row.category in position]
        if known:
            truth = np.array([position[row.category] for row in known])
            scores = self._scores(known)
            self._temperature = min(
                _TEMPERATURES.tolist(), key=lambda value: _log_loss(scores / value, truth)
            )

    def learn(self, rows: Sequence[Row]) -> None:
        """Keep the rows, and fit again when a month begins."""
        if not self._can_refit:
            return
        self._known += rows
        if _month(rows[-1]) > self._fitted_in:
            self.fit(self._known)

    def answer(self, rows: Sequence[Row]) -> Answers:
        """Give the most likely categories."""
        log_probabilities = _log_softmax(self._scores(rows) / self._temperature)
        return to_ranked(np.exp(log_probabilities), self._model.classes_.tolist())

    def _scores(self, rows: Sequence[Row]) -> NDArray[np.float64]:
        scores = self._model.decision_function(self._matrix.transform(rows)).astype(np.float64)
        # For two categories scikit-learn gives the second one's score alone.
        return np.column_stack([-scores, scores]) if scores.ndim == 1 else scores


def logistic_variants(size: int) -> dict[str, Callable[[], Contender]]:
    """Return logistic regression on text, or SGD's approximation where there are many categories."""
    if size > LARGE:
        model = partial(_sgd, 1e-6)
        return {"SGD, alpha 1e-6": partial(LinearText, model, has_users=False, can_refit=False)}
    return {
        f"C {strength}": partial(LinearText, partial(_logistic, strength), has_users=False)
        for strength in (10, 100)
    }


def svc_variants(size: int) -> dict[str, Callable[[], Contender]]:
    """Return a linear support vector machine on text, users and users' merchants."""
    return {
        f"C {strength:g}": partial(
            LinearText, partial(_svc, strength), has_users=True, can_refit=size <= LARGE
        )
        for strength in ((0.3,) if size > LARGE else (0.3, 1.0))
    }


def own_labels_model() -> Contender:
    """Return logistic regression for the few labels of one user, where a word met once may count."""
    return LinearText(partial(_logistic, 10), has_users=False, can_refit=False, rarest=1)


# Tolerances and iterations: on a sample of 20,000 rows, going on changed the accuracy by 0.2 points at most.


def _logistic(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=100, tol=1e-4)


def _sgd(alpha: float) -> SGDClassifier:
    return SGDClassifier(loss="log_loss", alpha=alpha, max_iter=12, tol=None, random_state=SEED)


def _svc(strength: float) -> LinearSVC:
    return LinearSVC(C=strength, max_iter=50, tol=0.1, random_state=SEED)


def _month(row: Row) -> tuple[int, int]:
    return row.example.date.year, row.example.date.month


def _log_softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = scores - scores.max(axis=1, keepdims=True)
    result: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


def _log_loss(scores: NDArray[np.float64], truth: NDArray[np.intp]) -> float:
    loss = -_log_softmax(scores)[np.arange(len(truth)), truth].mean()
    return float(loss) if math.isfinite(loss) else math.inf
