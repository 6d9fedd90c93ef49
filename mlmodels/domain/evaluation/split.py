"""Cut histories in time: what to learn from, what to tune on, what to be measured on."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.table import Table

FIRST, SECOND, HELD_OUT = 0, 1, 2
"""The older half, for the text; the next three tenths, for the ranker; the newest fifth."""
CUTS = (0.5, 0.8)
MAX_STRANGERS = 0.5
"""Above this share of held-out rows of users without an earlier row, the users' periods do not overlap."""


@dataclass(frozen=True, slots=True)
class Phases:
    """Which phase each row is in, and up to which row its phase's text model has learned."""

    phase: NDArray[np.int8]
    """(rows,)"""
    known_until: NDArray[np.intp]
    """(rows,) the first row of the row's own phase and history: labels from there on came after the cut."""
    kind: str
    """"client": each client's history is cut; "user": each user's own."""

    def rows(self, *phases: int) -> NDArray[np.intp]:
        """Return the positions of the rows of some phases."""
        return np.flatnonzero(np.isin(self.phase, phases))


def split_phases(table: Table) -> Phases:
    """Cut each client's history by date, so that clients of different years do not hold each other out.

    Where most of the held-out rows belong to users who have nothing before them (two users of different
    years in one client), that would measure a model on people it was kept from; then each user's own
    history is cut. Rows without a user count as one user's. Where users have a row or two each, it stays
    with the clients.
    """
    by_client = _phases(table, table.clients.codes, "client")
    held_out = by_client.phase == HELD_OUT
    known = np.unique(table.users.codes[~held_out])
    strangers = ~np.isin(table.users.codes[held_out], known)
    if strangers.sum() <= MAX_STRANGERS * held_out.sum():
        return by_client
    by_user = _phases(table, table.users.codes, "user")
    # Half of the share wanted is too little to judge by: such are users with a row or two.
    is_enough = (by_user.phase == HELD_OUT).sum() >= (1 - CUTS[1]) / 2 * len(table)
    return by_user if is_enough else by_client


def _phases(table: Table, groups: NDArray[np.intp], kind: str) -> Phases:
    phase = np.zeros(len(table), np.int8)
    known_until = np.zeros(len(table), np.intp)
    order = np.argsort(groups, kind="stable")
    bounds = np.flatnonzero(np.diff(groups[order], prepend=-1, append=-1))
    for start, end in pairwise(bounds.tolist()):
        rows = order[start:end]
        days = table.days[rows].tolist()
        for number, share in enumerate(CUTS, start=1):
            cut = split_by_day(days, share) if len(rows) > len(CUTS) else len(rows)
            phase[rows[cut:]] = number
            known_until[rows[cut:]] = rows[cut] if cut < len(rows) else 0
    return Phases(phase, known_until, kind)


def split_by_day(days: Sequence[int], share: float) -> int:
    """Return how many of the ascending days are in the older part: about the share, cut between days.

    Where all fall on one day, or one side would be left empty, the cut goes through a day.
    """
    wanted = round(len(days) * share)
    day = days[min(wanted, len(days) - 1)]
    before, after = bisect_left(days, day), bisect_right(days, day)
    possible = [cut for cut in (before, after) if 0 < cut < len(days)]
    return min(possible, key=lambda cut: abs(cut - wanted), default=max(1, min(wanted, len(days) - 1)))
