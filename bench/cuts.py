"""Cut a history between days."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.contender import Row
from mlmodels.domain.evaluation.evaluation import HoldOut
from mlmodels.domain.evaluation.hold_out import to_hold_out
from mlmodels.domain.table import read_table

REHEARSAL_SHARE = 0.1


class NothingToMeasure(Exception):
    """The history cannot be cut: its days are too few."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The parts of a history, each later than the one before, no day in two of them."""

    early: Sequence[Row]
    late: Sequence[Row]
    """The last tenth before the test: temperatures and thresholds are chosen here."""
    test: Sequence[Row]

    @property
    def train(self) -> list[Row]:
        """Return everything before the test."""
        return [*self.early, *self.late]

    def truth(self) -> HoldOut:
        """Return the truth of the test, with what the rows before it alone would answer."""
        older, tested = len(self.early) + len(self.late), len(self.test)
        table = read_table([*self.train, *self.test])
        return to_hold_out(table, np.arange(older), np.arange(older, older + tested))


def cut_history(rows: Sequence[Row], test_share: float) -> Cut:
    """Hold out the newest share of rows that ascend by date.

    Raises:
        NothingToMeasure: one of the parts would be empty.
    """
    older, test = cut_between_days(rows, test_share)
    early, late = cut_between_days(older, REHEARSAL_SHARE)
    return Cut(early, late, test)


def cut_between_days(rows: Sequence[Row], newest: float) -> tuple[Sequence[Row], Sequence[Row]]:
    """Part rows that ascend by date: about this share of the newest is the second part.

    Raises:
        NothingToMeasure: one of the two would be empty.
    """
    wanted = round(len(rows) * (1 - newest))
    days = [row.example.date for row in rows]
    starts = [bisect_left(days, day) for day in sorted(set(days))[1:]]
    if not starts:
        raise NothingToMeasure("Fewer than two days with categories: there is no time to cut.")
    cut = min(starts, key=lambda start: abs(start - wanted))
    return rows[:cut], rows[cut:]
