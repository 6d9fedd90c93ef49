"""What takes part in a comparison."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.types import LabelledExample, Prediction

CANDIDATES = 5
Row = LabelledExample
Answers = list[list[Prediction]]


class Contender(Protocol):
    """One way to answer; `fit` comes first, everything else after it."""

    @property
    def trees(self) -> int:
        """Return the number of trees an answer visits; 0 without trees."""
        ...

    def fit(self, rows: Sequence[Row]) -> None:
        """Learn from rows that ascend by date, and forget what was learned before."""
        ...

    def calibrate(self, rows: Sequence[Row]) -> None:
        """Set the confidences by rows that `fit` has not seen; a later `fit` keeps the setting.

        Nothing to do for a contender that calibrates itself when it is fitted.
        """
        ...

    def learn(self, rows: Sequence[Row]) -> None:
        """Take note of the labels of some rows, newer than all before, as a running service would."""
        ...

    def answer(self, rows: Sequence[Row]) -> Answers:
        """Return each row's candidates, best first; the rows come without their categories."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A contender of the table."""

    name: str
    """What `--only` calls it."""
    title: str
    variants: Callable[[int], dict[str, Callable[[], Contender]]]
    """By the settings tried, the contender with them, for so many rows × categories.

    The variant that is best on the test rows is shown: in a baseline's favour. Ours has one alone.
    """
    has_schemes: bool = False
    """Whether, online, its answers are also tried behind a memory of labels, and the best scheme is shown."""


def blank(rows: Sequence[Row]) -> list[Row]:
    """Return the rows as a contender is asked about them: without their categories."""
    return [row._replace(category="") for row in rows]


def to_ranked(confidences: NDArray[np.float64], categories: Sequence[str]) -> Answers:
    """Return the most likely candidates of each row of a (rows, categories) matrix, best first."""
    best = np.argsort(-confidences, axis=1, kind="stable")[:, :CANDIDATES]
    ranked = np.take_along_axis(confidences, best, axis=1)
    return [
        [
            Prediction(categories[column], confidence)
            for column, confidence in zip(columns, values, strict=True)
        ]
        for columns, values in zip(best.tolist(), ranked.tolist(), strict=True)
    ]
