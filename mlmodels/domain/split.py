"""Cut a history in two: the older part to learn from, the newer part to be measured on."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.types import Example

HOLD_OUT_SHARE = 0.2
MAX_STRANGERS = 0.5
"""Above this share of held-out rows of users without an earlier row, the users' periods do not overlap."""


@dataclass(frozen=True, slots=True)
class Split:
    """Which examples are held out, and how they were chosen."""

    is_held_out: NDArray[np.bool_]
    """(examples,)"""
    kind: str
    """"date": the newest fifth of all; "user": each user's own newest fifth."""


def split_examples(examples: Sequence[Example]) -> Split:
    """Hold out the newest fifth of the examples, which ascend by date.

    Where most of it belongs to users who have nothing before it (two histories of different years loaded
    into one service), that would measure a model on people and merchants it was kept from; then each user's
    own newest fifth is held out instead. Examples without a user count as one user's. Where users have one
    row each there is no such fifth, and it stays with the dates.
    """
    cut = split_by_day([example.date for example in examples])
    known = {example.user_key for example in examples[:cut]}
    strangers = sum(example.user_key not in known for example in examples[cut:])
    by_user = _newest_of_each_user(examples)
    # Half of the share wanted is too little to judge by: such are users with a row or two.
    is_enough = by_user.sum() >= HOLD_OUT_SHARE / 2 * len(examples)
    if strangers > MAX_STRANGERS * (len(examples) - cut) and is_enough:
        return Split(by_user, "user")
    return Split(np.arange(len(examples)) >= cut, "date")


def _newest_of_each_user(examples: Sequence[Example]) -> NDArray[np.bool_]:
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, example in enumerate(examples):
        rows_of[example.user_key].append(row)
    held_out = np.zeros(len(examples), np.bool_)
    for rows in rows_of.values():
        if len(rows) > 1:
            held_out[rows[split_by_day([examples[row].date for row in rows]) :]] = True
    return held_out


def split_by_day(dates: Sequence[date]) -> int:
    """Return how many of the ascending dates are learned from: about four fifths, whole days where possible.

    Where all fall on one day, or one side would be left empty, the cut goes through a day.
    """
    wanted = round(len(dates) * (1 - HOLD_OUT_SHARE))
    day = dates[min(wanted, len(dates) - 1)]
    before, after = bisect_left(dates, day), bisect_right(dates, day)
    possible = [cut for cut in (before, after) if 0 < cut < len(dates)]
    return min(possible, key=lambda cut: abs(cut - wanted), default=max(1, min(wanted, len(dates) - 1)))
