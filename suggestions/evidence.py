"""Read what the counts by the hour say of the rollout: its present step, its champion, or any period."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError
from django.db.models import F, Max, Q, Sum
from django.utils import timezone

from mlmodels import services
from mlmodels.models import ModelVersion
from suggestions.domain.evidence.group_table import add_up
from suggestions.domain.evidence.latency import BUCKETS_MS
from suggestions.domain.evidence.totals import Totals
from suggestions.domain.ramp.guardrails import LAST_CALLS, LastCalls
from suggestions.domain.ramp.judging import Evidence, HourlyAgreement, Inputs, Margins, judge
from suggestions.hour_counts import COUNTED
from suggestions.models import EvidenceCount, EvidenceHour, State, SuggestionEvent
from suggestions.ramp_policy import read_policy
from suggestions.rollout import read_rollout, step_version
from suggestions.rollups import fold_events
from suggestions.standing import open_holds, placed_by

log = structlog.get_logger(__name__)

FOLDED_AT_ONCE = 4
"""Hours counted while somebody waits, newest first; beat's task counts the rest."""
LOOKED_THROUGH = LAST_CALLS * 500
"""Events among which the last calls are looked for: so many hold 50 of the largest batch."""
HOUR = timedelta(hours=1)
Dimension = EvidenceCount.Dimension
Row = Mapping[str, Any]
_CALLS = ("calls", "failed_calls", "slow_calls")


def current_evidence(*, now: datetime | None = None) -> Evidence:
    """Count what is new, and judge the present champion and the present step."""
    try:
        fold_events(at_most=FOLDED_AT_ONCE)
    except DatabaseError as error:
        # What was counted before still speaks, and the last calls are read from the events themselves.
        log.warning("evidence.fold_failed", error=type(error).__name__)
    return judge(read_inputs(now or timezone.now()))


def read_inputs(now: datetime) -> Inputs:
    """Return what the counts say now."""
    rollout, champion = read_rollout(), services.champion_ref()
    champion_id = champion.id if champion else None
    promoted_at = _promoted_at(champion_id)
    began_with = step_version()
    # Of the step, the present champion's part, and that in which it should have been asked and could not.
    of_champion = Q(model_version_id=champion_id) if champion else Q(pk__in=[])
    of_nobody = Q(model_version=None, hour__gt=promoted_at) if promoted_at else Q(pk__in=[])
    of_step = Q(rollout_version__gte=began_with) & (of_champion | of_nobody)
    rows = _hours(of_champion | of_step | Q(hour__gte=first_hour(now - HOUR)))
    mine = [row for row in rows if champion and row["model_version_id"] == champion_id]
    unasked = [row for row in rows if row["model_version_id"] is None]
    missed = [row for row in unasked if promoted_at and row["hour"] > promoted_at]
    step = [row for row in (*mine, *missed) if row["rollout_version"] >= began_with]
    before = [row for row in mine if row["rollout_version"] < began_with]
    return Inputs(
        counted_at=now.isoformat(),
        champion_id=champion_id,
        percentage=rollout.percentage,
        rollout_version=rollout.version,
        champion=_total(mine),
        step=_total(step, by_category=_by_category(of_step)),
        last_hour=_total(row for row in rows if row["hour"] >= first_hour(now - HOUR)),
        hourly=_hourly(mine),
        calls_before=sum(row["calls"] for row in before),
        failed_before=sum(row["failed_calls"] for row in before),
        last_calls=_last_calls(began_with, champion_id, promoted_at),
        holds=[f"{hold.reason} (by {placed_by(hold)})" for hold in open_holds()],
        margins=_margins(),
    )


def first_hour(since: datetime) -> datetime:
    """Return the beginning of the hour in which a moment lies."""
    return since.replace(minute=0, second=0, microsecond=0)


def totals_since(since: datetime) -> Totals:
    """Return the counts from the hour on in which a moment lies."""
    return _total(_hours(Q(hour__gte=first_hour(since))))


def counts_by(dimension: str, since: datetime) -> dict[str, dict[str, int]]:
    """Return the counts of each category, merchant or kind of merchant from the hour of a moment on."""
    return _summed(Q(of__hour__gte=first_hour(since)), dimension)


def _hours(condition: Q) -> list[Row]:
    rows = EvidenceHour.objects.filter(condition, counts__dimension=Dimension.ALL)
    counted = {f"n_{name}": F(f"counts__{name}") for name in COUNTED}
    return list(rows.annotate(**counted).order_by("hour", "pk").values())


def _total(rows: Iterable[Row], by_category: Mapping[str, Mapping[str, int]] | None = None) -> Totals:
    counts: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    latency = [0] * (len(BUCKETS_MS) + 1)
    packed: list[bytes] = []
    for row in rows:
        counts.update({name: row[f"n_{name}"] for name in COUNTED})
        counts.update({name: row[name] for name in _CALLS})
        failures.update(row["failures"])
        latency = [one + more for one, more in zip(latency, row["latency"], strict=True)]
        packed.append(row["groups"])
    calls = {name: counts.pop(name, 0) for name in _CALLS}
    return Totals(
        dict(counts), by_category or {}, add_up(packed), latency=latency, failures=dict(failures), **calls
    )


def _by_category(condition: Q) -> dict[str, dict[str, int]]:
    of = EvidenceHour.objects.filter(condition).values("pk")
    return _summed(Q(of__in=of), Dimension.CATEGORY)


def _summed(condition: Q, dimension: str) -> dict[str, dict[str, int]]:
    rows = EvidenceCount.objects.filter(condition, dimension=dimension).order_by("key").values_list("key")
    summed = rows.annotate(**{f"n_{name}": Sum(name) for name in COUNTED})
    return {key: dict(zip(COUNTED, counts, strict=True)) for key, *counts in summed}


def _hourly(rows: Iterable[Row]) -> list[HourlyAgreement]:
    agree: Counter[datetime] = Counter()
    disagree: Counter[datetime] = Counter()
    for row in rows:
        agree[row["hour"]] += row["n_agree"]
        disagree[row["hour"]] += row["n_disagree"]
    return [HourlyAgreement(hour.isoformat(), agree[hour], disagree[hour]) for hour in sorted(agree)]


def _margins() -> Margins:
    policy = read_policy()
    return Margins(
        accuracy=policy.accuracy_margin_points / 100,
        accept_rate=policy.accept_margin_points / 100,
        min_comparisons=policy.min_comparisons,
    )


def _promoted_at(champion_id: int | None) -> datetime | None:
    if champion_id is None:
        return None
    return ModelVersion.objects.filter(pk=champion_id).values_list("promoted_at", flat=True).first()


def _last_calls(began_with: int, champion_id: int | None, promoted_at: datetime | None) -> LastCalls:
    if champion_id is None:
        return LastCalls(0, 0)
    ours = Q(model_version_id=champion_id)
    if promoted_at:
        ours |= Q(model_version=None, created_at__gt=promoted_at)
    newest_id = SuggestionEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0
    newest = SuggestionEvent.objects.filter(
        ours,
        pk__gt=newest_id - LOOKED_THROUGH,
        rollout_version__gte=began_with,
        request_size__gt=0,
    ).order_by("-id")
    states = list(newest.values_list("state", flat=True)[:LAST_CALLS])
    return LastCalls(len(states), states.count(State.MODEL_ERROR))
