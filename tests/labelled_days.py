"""Labelled rows by day, and a contender that writes down what it is told, for tests of the benchmark."""

from collections.abc import Sequence
from datetime import date, timedelta

from bench.contender import Answers, Row
from mlmodels.domain.types import Prediction
from tests.examples import make_labelled

FIRST_DAY = date(2026, 1, 1)


def rows_on(days: Sequence[int], category: str = "Fuel") -> list[Row]:
    return [
        make_labelled(category, description=f"SHOP {number}", date=FIRST_DAY + timedelta(days=day))
        for number, day in enumerate(sorted(days))
    ]


class Diary:
    """Answers every row with the latest category it was told, and keeps what it knew when it was asked."""

    trees = 0

    def __init__(self) -> None:
        self.known: list[Row] = []
        self.asked: list[tuple[Row, list[Row]]] = []

    def fit(self, rows: Sequence[Row]) -> None:
        self.known = list(rows)

    def calibrate(self, rows: Sequence[Row]) -> None:
        """Nothing to set."""

    def learn(self, rows: Sequence[Row]) -> None:
        self.known += rows

    def answer(self, rows: Sequence[Row]) -> Answers:
        self.asked += [(row, list(self.known)) for row in rows]
        return [[Prediction(known.category, 1.0) for known in self.known[-1:]] for _ in rows]
