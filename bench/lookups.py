"""Contenders that count and look up: the majority, the merchant, the rules."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from bench.contender import CANDIDATES, Answers, Row
from mlmodels.domain.text.key import normalise
from mlmodels.domain.types import Prediction

RULE_CONFIDENCE = 0.8
"""What a rule for everybody is trusted by convention; it was never measured."""


class Counted:
    """What is common to those that count labels: they are calibrated by nature and learn what they fit."""

    trees = 0

    def __init__(self) -> None:
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def fit(self, rows: Sequence[Row]) -> None:
        """Count from the start."""
        self._counts.clear()
        self.learn(rows)

    def calibrate(self, rows: Sequence[Row]) -> None:
        """Do nothing: a share is a confidence."""

    def learn(self, rows: Sequence[Row]) -> None:
        """Count the categories under the keys of each row."""
        for row in rows:
            for key in self.keys(row):
                self._counts[key][row.category] += 1

    def answer(self, rows: Sequence[Row]) -> Answers:
        """Give the most frequent categories of the first key that is known."""
        return [self._answer(row) for row in rows]

    def keys(self, row: Row) -> tuple[str, ...]:
        """Return what the row is looked up by, the most exact first."""
        raise NotImplementedError

    def _answer(self, row: Row) -> list[Prediction]:
        known = (self._counts[key] for key in self.keys(row) if key in self._counts)
        counts = next(known, Counter())
        total = counts.total()
        return [Prediction(category, count / total) for category, count in counts.most_common(CANDIDATES)]


class Majority(Counted):
    """Always the most frequent categories."""

    def keys(self, row: Row) -> tuple[str, ...]:
        """Return one key for all."""
        return ("",)


class MerchantLookup(Counted):
    """The most frequent category of the merchant, of its first word, of all."""

    def keys(self, row: Row) -> tuple[str, ...]:
        """Return the merchant, its first word, and one key for all."""
        merchant = normalise(row.example.description)
        return (f"merchant {merchant}", f"word {merchant.split(' ')[0]}", "")


class Rules:
    """The starter rules, which learn nothing."""

    trees = 0

    def fit(self, rows: Sequence[Row]) -> None:
        """Learn nothing."""

    def calibrate(self, rows: Sequence[Row]) -> None:
        """Do nothing."""

    def learn(self, rows: Sequence[Row]) -> None:
        """Learn nothing."""

    def answer(self, rows: Sequence[Row]) -> Answers:
        """Give the rules' answer, which stands in each row."""
        return [
            [Prediction(row.baseline_category, RULE_CONFIDENCE)] if row.baseline_category else []
            for row in rows
        ]
