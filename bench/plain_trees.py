"""LightGBM as it is usually built for this: one forest a category, on compressed text and numbers."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD

from bench.contender import Answers, Contender, Row, to_ranked
from bench.text_matrix import TextMatrix

SEED = 1
TEXT_COLUMNS = 64
ROUNDS = 60
MAX_TREES = 3_000


class PlainTrees:
    """A multiclass forest; what is labelled after its training reaches it by no way."""

    def __init__(self) -> None:
        self._categories: list[str] = []

    @property
    def trees(self) -> int:
        """Return the trees of all categories together."""
        return int(self._booster.num_trees())

    def fit(self, rows: Sequence[Row]) -> None:
        """Compress the text, then grow the trees."""
        self._categories = sorted({row.category for row in rows})
        position = {category: column for column, category in enumerate(self._categories)}
        self._matrix = TextMatrix(has_users=False)
        text = self._matrix.fit(rows)
        self._compression = TruncatedSVD(min(TEXT_COLUMNS, text.shape[1] - 1), random_state=SEED)
        columns = _with_numbers(self._compression.fit_transform(text), rows)
        data = lightgbm.Dataset(columns, np.array([position[row.category] for row in rows]))
        rounds = max(1, min(ROUNDS, MAX_TREES // len(self._categories)))
        self._booster: Any = lightgbm.train(_parameters(len(self._categories)), data, num_boost_round=rounds)

    def calibrate(self, rows: Sequence[Row]) -> None:
        """Do nothing: its probabilities are taken as they are."""

    def learn(self, rows: Sequence[Row]) -> None:
        """Learn nothing."""

    def answer(self, rows: Sequence[Row]) -> Answers:
        """Give the most likely categories."""
        columns = _with_numbers(self._compression.transform(self._matrix.transform(rows)), rows)
        return to_ranked(np.asarray(self._booster.predict(columns, num_threads=1)), self._categories)


def tree_variants(size: int) -> dict[str, Callable[[], Contender]]:
    """Return the one setting."""
    return {"": PlainTrees}


def _parameters(categories: int) -> dict[str, object]:
    return {
        "objective": "multiclass",
        "num_class": categories,
        "num_leaves": 15,
        "learning_rate": 0.1,
        "min_data_in_leaf": 20,
        "max_bin": 63,
        "lambda_l2": 5.0,  # without it, rare categories make all scores explode
        "num_threads": 1,
        "seed": SEED,
        "deterministic": True,
        "force_col_wise": True,
        "verbose": -1,
    }


def _with_numbers(text: NDArray[np.float32], rows: Sequence[Row]) -> NDArray[np.float32]:
    numbers = [
        (
            math.log1p(abs(row.example.amount)),
            row.example.amount > 0,
            row.example.date.day,
            row.example.date.weekday(),
        )
        for row in rows
    ]
    return np.hstack([text, np.array(numbers, np.float32)])
