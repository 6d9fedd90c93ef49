"""Say what is known about held-out rows without asking the model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.columns import Coded
from mlmodels.domain.evaluation.evaluation import ChampionAnswers, HoldOut
from mlmodels.domain.table import Table


def to_hold_out(
    table: Table, older: NDArray[np.intp], rows: NDArray[np.intp], champion: ChampionAnswers | None = None
) -> HoldOut:
    """Return the truth of the rows, with what the older ones alone would answer.

    Args:
        table: all rows.
        older: the positions of those that the model learned from, at least one.
        rows: the positions of those that it is measured on.
        champion: what the present champion answers to `rows`; None: there is none.
    """
    names = table.categories.values
    merchants = table.keys().merchant
    found = _Lookup.of(merchants, table.categories, older).answers(merchants[rows])
    return HoldOut(
        categories=[names[code] for code in table.categories.codes[rows].tolist()],
        baseline=[table.baselines.values[code] or None for code in table.baselines.codes[rows].tolist()],
        champion=champion,
        lookup=[None if code < 0 else names[code] for code in found.tolist()],
        majority=names[int(np.bincount(table.categories.codes[older]).argmax())],
        is_seen=(found >= 0).tolist(),
    )


@dataclass(frozen=True, slots=True)
class _Lookup:
    """The most frequent category of each merchant."""

    merchants: NDArray[np.int64]
    categories: NDArray[np.intp]

    @classmethod
    def of(cls, merchants: NDArray[np.int64], categories: Coded, rows: NDArray[np.intp]) -> "_Lookup":
        pairs = np.column_stack([merchants[rows], categories.codes[rows]])[merchants[rows] > 0]
        distinct, counts = np.unique(pairs, axis=0, return_counts=True)
        order = np.lexsort((-counts, distinct[:, 0]))
        first = order[np.flatnonzero(np.diff(distinct[order, 0], prepend=-1))]
        return cls(distinct[first, 0], distinct[first, 1])

    def answers(self, merchants: NDArray[np.int64]) -> NDArray[np.intp]:
        if not len(self.merchants):
            return np.full(len(merchants), -1, np.intp)
        place = np.minimum(np.searchsorted(self.merchants, merchants), len(self.merchants) - 1)
        return np.where(self.merchants[place] == merchants, self.categories[place], -1)
