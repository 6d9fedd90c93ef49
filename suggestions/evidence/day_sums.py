"""Add up the hours of each day that is over, so that months of evidence are read like days of it."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDay

from suggestions.domain.evidence.group_table import merge
from suggestions.domain.evidence.totals import Totals
from suggestions.evidence.hour_counts import Scope
from suggestions.evidence.sums import DAY, Row, read_hours, total
from suggestions.models import EvidenceDay, EvidenceHour

Fingerprint = tuple[int, int]
"""How many rows of hours a day has, and the highest id: an hour that is counted anew gets a new one."""


def sum_days() -> None:
    """Sum the days whose hours were counted since they were last summed; the newest day is not over yet.

    Nobody else may count meanwhile.
    """
    counted, summed = _counted(), _summed()
    for day in counted.keys() | summed.keys():
        if counted.get(day) != summed.get(day):
            _sum_again(day, counted.get(day))


def _counted() -> dict[datetime, Fingerprint]:
    hours = EvidenceHour.objects.annotate(day=TruncDay("hour", tzinfo=UTC)).order_by("day").values_list("day")
    by_day = list(hours.annotate(Count("pk"), Max("pk")))
    return {day: (n, newest) for day, n, newest in by_day[:-1]}


def _summed() -> dict[datetime, Fingerprint]:
    return {
        day: (n, newest)
        for day, n, newest in EvidenceDay.objects.values_list("day", "hours", "newest_hour_id")
    }


def _sum_again(day: datetime, fingerprint: Fingerprint | None) -> None:
    EvidenceDay.objects.filter(day=day).delete()
    if fingerprint is None:
        return
    hours, newest_hour_id = fingerprint
    scopes: dict[Scope, list[Row]] = defaultdict(list)
    for row in read_hours(Q(hour__gte=day, hour__lt=day + DAY)):
        scopes[row["rollout_version"], row["model_version_id"]].append(row)
    EvidenceDay.objects.bulk_create(
        EvidenceDay(
            day=day,
            rollout_version=rollout_version,
            model_version_id=model_version_id,
            hours=hours,
            newest_hour_id=newest_hour_id,
            groups=merge(row["groups"] for row in rows),
            **_whole(total(rows)),
        )
        for (rollout_version, model_version_id), rows in scopes.items()
    )


def _whole(totals: Totals) -> dict[str, Any]:
    names = "counts", "calls", "failed_calls", "slow_calls", "latency", "failures"
    return {name: getattr(totals, name) for name in names}
