"""Hold the answers of two versions to the same transactions against each other."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from mlmodels.domain.evaluation.significance import ALPHA, probability_of_heads
from mlmodels.domain.types import Prediction


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One labelled transaction with the answers of both."""

    day: date
    description: str
    amount: float
    """In units of the currency; money out is negative."""
    known: str
    first: Prediction | None
    """None: it has no answer."""
    second: Prediction | None
    is_new: bool
    """Neither has learned from it: it is newer than all that either has learned from."""

    @property
    def answers(self) -> tuple[str, str]:
        """Return both categories; empty for no answer."""
        return self.first.category if self.first else "", self.second.category if self.second else ""

    @property
    def differs(self) -> bool:
        """Tell whether they answer differently."""
        return self.answers[0] != self.answers[1]


@dataclass(frozen=True, slots=True)
class Tally:
    """Who was right how often, on the same rows."""

    rows: int
    agree: int
    both_right: int
    only_first: int
    only_second: int
    both_wrong: int

    @property
    def chance(self) -> float:
        """Return how probable a difference as large is between two that are equally good; 0…1.

        The exact two-sided sign test over the rows that only one of them got right (McNemar 1947).
        """
        tosses = self.only_first + self.only_second
        larger = max(self.only_first, self.only_second)
        return min(1.0, 2 * probability_of_heads(larger, tosses=tosses))

    @property
    def verdict(self) -> str:
        """Return "first" or "second" for the one that is better beyond chance, else an empty text."""
        if self.chance >= ALPHA:
            return ""
        return "first" if self.only_first > self.only_second else "second"

    def describe(self, first: str, second: str) -> str:
        """Say whether one of the two, called by these names, is better beyond chance.

        Only of rows that neither has learned from: on the others the better memory wins.
        """
        if not self.rows:
            return "there are none yet"
        better = {"first": f"{first} is better", "second": f"{second} is better"}
        return f"{better.get(self.verdict, 'no difference')} beyond chance (p = {self.chance:.2g})"


REMEMBERED: Final = "no verdict: of what it has learned from, a version only remembers"


@dataclass(frozen=True, slots=True)
class PairCount:
    """So many rows of one known category with these two answers."""

    first: str
    second: str
    known: str
    count: int


@dataclass(frozen=True, slots=True)
class CategoryChange:
    """How well one category was found by each, on the rows each was measured on."""

    category: str
    first: float | None
    """F1; None where it was not measured."""
    second: float | None
    rows: int | None
    """Of the category, where the second was measured; else where the first was."""

    @property
    def gained(self) -> float | None:
        """Return by how much the second is better; None where one was not measured."""
        return None if self.first is None or self.second is None else self.second - self.first


def tally(rows: Sequence[ComparedRow]) -> Tally:
    """Count who was right."""
    right = Counter((row.answers[0] == row.known, row.answers[1] == row.known) for row in rows)
    return Tally(
        rows=len(rows),
        agree=sum(not row.differs for row in rows),
        both_right=right[True, True],
        only_first=right[True, False],
        only_second=right[False, True],
        both_wrong=right[False, False],
    )


def differing_pairs(rows: Iterable[ComparedRow]) -> list[PairCount]:
    """Count the rows that differ by both answers and the known category, the most frequent first."""
    counted = Counter((*row.answers, row.known) for row in rows if row.differs)
    return [
        PairCount(*key, count) for key, count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    ]


def category_changes(
    first: Mapping[str, float], second: Mapping[str, float], rows: Sequence[Mapping[str, int]]
) -> list[CategoryChange]:
    """Return every category either was measured on, the largest loss first, unmeasured ones last.

    Args:
        first: F1 by category.
        second: likewise.
        rows: the numbers of rows by category, of the second and of the first.
    """
    counts = {category: count for counted in reversed(rows) for category, count in counted.items()}
    changes = [
        CategoryChange(category, first.get(category), second.get(category), counts.get(category))
        for category in {**first, **second}
    ]
    return sorted(changes, key=lambda one: (one.gained is None, one.gained or 0.0, one.category))
