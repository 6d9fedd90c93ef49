"""Between what a share lies that was counted on few rows."""

from math import sqrt
from typing import Final

DEVIATES: Final = 1.96
"""Of the normal distribution, for 95 %."""


def wilson_interval(hits: int, size: int) -> tuple[float, float]:
    """Return the bounds of a share, 95 % of the time; 0 to 1 without rows.

    Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
    """
    if not size:
        return 0.0, 1.0
    share, squared = hits / size, DEVIATES**2
    centre = share + squared / (2 * size)
    spread = DEVIATES * sqrt(share * (1 - share) / size + squared / (4 * size**2))
    scale = 1 + squared / size
    # Where all or none are hits, the bound is exact but for the rounding.
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def describe_share(hits: int, size: int) -> str:
    """Write a share with its numbers and bounds; "no rows" without any."""
    if not size:
        return "no rows"
    low, high = wilson_interval(hits, size)
    return (
        f"{hits:,} of {size:,}, {100 * hits / size:.0f} % (95 % sure: {100 * low:.0f} to {100 * high:.0f} %)"
    )
