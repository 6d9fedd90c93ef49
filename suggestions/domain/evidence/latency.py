"""Latencies counted in buckets, and the quantiles that the buckets still tell."""

from collections.abc import Sequence
from typing import Final

BUCKETS_MS = (5, 10, 20, 50, 100, 150, 200, 300, 500, 1_000, 2_000, 5_000)
"""Upper ends, each with its end; a thirteenth bucket holds what took longer."""
BUDGET_MS = 200
"""What the runbook demands of the 95th percentile."""
_SHOWN: Final = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


def quantile(counts: Sequence[int], share: float) -> float | None:
    """Return the latency in milliseconds that so large a share does not exceed; None without any.

    Within a bucket latencies are taken as evenly spread. What lies beyond the last bucket counts as its end.
    """
    total = sum(counts)
    if not total:
        return None
    before, wanted = 0.0, share * total
    for place, count in enumerate(counts):
        if count and before + count >= wanted:
            low = BUCKETS_MS[place - 1] if place else 0
            high = BUCKETS_MS[place] if place < len(BUCKETS_MS) else low
            return low + (high - low) * (wanted - before) / count
        before += count
    return float(BUCKETS_MS[-1])


def shown_quantiles(counts: Sequence[int]) -> dict[str, float | None]:
    """Return the median and the tails in milliseconds by name, such as "p95"; None without any."""
    return {name: quantile(counts, share) for name, share in _SHOWN.items()}
