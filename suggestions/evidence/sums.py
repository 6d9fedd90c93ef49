"""Read what was counted of hours and of whole days, and add it up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, Q

from suggestions.domain.evidence.group_table import add_up
from suggestions.domain.evidence.latency import BUCKETS_MS
from suggestions.domain.evidence.totals import Totals
from suggestions.evidence.hour_counts import COUNTED
from suggestions.models import EvidenceCount, EvidenceDay, EvidenceHour

DAY = timedelta(days=1)

Row = Mapping[str, Any]
"""What was counted in an hour or a day, of one model version under one version of the rollout."""


def read_hours(condition: Q) -> list[Row]:
    """Return the rows of hours, oldest first."""
    rows = EvidenceHour.objects.filter(condition, counts__dimension=EvidenceCount.Dimension.ALL)
    counted = {f"n_{name}": F(f"counts__{name}") for name in COUNTED}
    found: Iterable[Row] = rows.annotate(**counted).order_by("hour", "pk").values()
    return [{**row, "counts": {name: row[f"n_{name}"] for name in COUNTED}} for row in found]


def read_days(condition: Q) -> list[Row]:
    """Return the rows of the days that were summed, oldest first."""
    return list(EvidenceDay.objects.filter(condition).order_by("day", "pk").values())


def end_of(days: Iterable[Row]) -> datetime:
    """Return when the last of the days was over: from then on only hours speak; without any, always."""
    return max((row["day"] + DAY for row in days), default=datetime.min.replace(tzinfo=UTC))


def total(rows: Iterable[Row], by_category: Mapping[str, Mapping[str, int]] | None = None) -> Totals:
    """Add up hours and days; an hour of a day that is among them must not be."""
    counts: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    latency = [0] * (len(BUCKETS_MS) + 1)
    packed: list[bytes] = []
    for row in rows:
        counts.update(row["counts"])
        calls.update({name: row[name] for name in ("calls", "failed_calls", "slow_calls")})
        failures.update(row["failures"])
        latency = [one + more for one, more in zip(latency, row["latency"], strict=True)]
        packed.append(row["groups"])
    return Totals(
        dict(counts), by_category or {}, add_up(packed), latency=latency, failures=dict(failures), **calls
    )
