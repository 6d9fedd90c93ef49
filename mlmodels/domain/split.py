"""Cut a history in two: the older part to learn from, the newer part to be measured on."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date

HOLD_OUT_SHARE = 0.2


def split_by_day(dates: Sequence[date]) -> int:
    """Return how many of the ascending dates are learned from: about four fifths, whole days where possible.

    Where all fall on one day, or one side would be left empty, the cut goes through a day.
    """
    wanted = round(len(dates) * (1 - HOLD_OUT_SHARE))
    day = dates[min(wanted, len(dates) - 1)]
    before, after = bisect_left(dates, day), bisect_right(dates, day)
    possible = [cut for cut in (before, after) if 0 < cut < len(dates)]
    return min(possible, key=lambda cut: abs(cut - wanted), default=max(1, min(wanted, len(dates) - 1)))
