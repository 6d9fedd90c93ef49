"""Read what the counts by the hour say of the rollout: its present step, its champion, or any period."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError
from django.db.models import Max, Q, Sum
from django.utils import timezone

from suggestions.domain.evidence.totals import Totals
from suggestions.domain.ramp.guardrails import LAST_CALLS, LastCalls
from suggestions.domain.ramp.judging import Evidence, HourlyAgreement, Inputs, Margins, judge
from suggestions.domain.ramp.policy import Policy
from suggestions.evidence.hour_counts import COUNTED
from suggestions.evidence.rollups import fold_events, read_fold
from suggestions.evidence.sums import DAY, Row, end_of, read_days, read_hours, total
from suggestions.models import EvidenceCount, EvidenceHour, State, SuggestionEvent
from suggestions.standing import Ground, read_ground

log = structlog.get_logger(__name__)

FOLDED_AT_ONCE = 4
"""Hours counted while somebody waits, newest first; beat's task counts the rest."""
LOOKED_THROUGH = LAST_CALLS * 500
"""Events among which the last calls are looked for: so many hold 50 of the largest batch."""
HOUR = timedelta(hours=1)
HOURLY = timedelta(days=7)
"""So far back the agreement is told hour by hour, before that day by day: a step looks back two days."""
Dimension = EvidenceCount.Dimension


@dataclass(frozen=True, slots=True)
class Sight:
    """What one look finds: the verdicts, and the counts of the last hours beside them."""

    evidence: Evidence
    period: Totals
    fallbacks: Mapping[str, int]
    """Suggestions of the period that the model did not serve, by reason."""
    counted_at: datetime | None
    """None: nothing has been counted."""


def current_evidence(*, now: datetime | None = None) -> Evidence:
    """Count what is new, and judge the present champion and the present step."""
    _count()
    return judge(read_inputs(now or timezone.now()))


def see(ground: Ground, *, since: datetime, now: datetime) -> Sight:
    """Judge by what was counted, and count first only where beat does not or where there is little to count.

    So a page costs the same in a busy hour as in a quiet one: seven queries.
    """
    fold = read_fold()
    if fold.is_due:
        _count()
        fold = read_fold()
    rows, inputs = _read(ground, since=since, now=now, newest_id=fold.newest_id)
    of_period = [row for row in rows if row["hour"] >= first_hour(since)]
    fallbacks: Counter[str] = Counter()
    for row in of_period:
        fallbacks.update(row["fallbacks"])
    return Sight(judge(inputs), total(of_period), fallbacks, fold.counted_at)


def read_inputs(now: datetime) -> Inputs:
    """Return what the counts say now."""
    return _read(read_ground(), since=now, now=now, newest_id=_newest_id())[1]


def _count() -> None:
    try:
        fold_events(at_most=FOLDED_AT_ONCE)
    except DatabaseError as error:
        # What was counted before still speaks, and the last calls are read from the events themselves.
        log.warning("evidence.fold_failed", error=type(error).__name__)


def _read(ground: Ground, *, since: datetime, now: datetime, newest_id: int) -> tuple[list[Row], Inputs]:
    standing, promoted_at = ground.standing, ground.champion.promoted_at if ground.champion else None
    champion_id, began_with = standing.champion_id, standing.step_version
    # Of the step, the present champion's part, and that in which it should have been asked and could not.
    of_champion = Q(model_version_id=champion_id) if champion_id else Q(pk__in=[])
    of_nobody = Q(model_version=None, hour__gt=promoted_at) if promoted_at else Q(pk__in=[])
    of_step = Q(rollout_version__gte=began_with)
    last_hour = first_hour(now - HOUR)
    days = read_days(of_champion)
    unsummed, recent = Q(hour__gte=end_of(days)), Q(hour__gte=min(last_hour, first_hour(since)))
    rows = read_hours(of_champion & unsummed | of_nobody & of_step | recent)
    hours = [row for row in rows if row["hour"] >= end_of(days)]
    mine = [row for row in (*days, *hours) if champion_id and row["model_version_id"] == champion_id]
    unasked = [row for row in rows if row["model_version_id"] is None]
    missed = [row for row in unasked if promoted_at and row["hour"] > promoted_at]
    step = [row for row in (*mine, *missed) if row["rollout_version"] >= began_with]
    before = [row for row in mine if row["rollout_version"] < began_with]
    return rows, Inputs(
        counted_at=now.isoformat(),
        champion_id=champion_id,
        percentage=standing.percentage,
        rollout_version=standing.version,
        champion=total(mine),
        step=total(step, by_category=_by_category(of_step & (of_champion | of_nobody))),
        last_hour=total(row for row in rows if row["hour"] >= last_hour),
        hourly=_hourly(of_champion, [row for row in days if row["day"] < now - HOURLY]),
        calls_before=sum(row["calls"] for row in before),
        failed_before=sum(row["failed_calls"] for row in before),
        last_calls=_last_calls(ground, newest_id),
        holds=[f"{hold.reason} (by {hold.placed_by})" for hold in standing.holds],
        margins=_margins(ground.policy),
    )


def first_hour(since: datetime) -> datetime:
    """Return the beginning of the hour in which a moment lies."""
    return since.replace(minute=0, second=0, microsecond=0)


def totals_since(since: datetime) -> Totals:
    """Return the counts from the hour on in which a moment lies."""
    return total(read_hours(Q(hour__gte=first_hour(since))))


def counts_by(dimension: str, since: datetime) -> dict[str, dict[str, int]]:
    """Return the counts of each category, merchant or kind of merchant from the hour of a moment on."""
    return _summed(Q(of__hour__gte=first_hour(since)), dimension)


def _by_category(condition: Q) -> dict[str, dict[str, int]]:
    of = EvidenceHour.objects.filter(condition).values("pk")
    return _summed(Q(of__in=of), Dimension.CATEGORY)


def _summed(condition: Q, dimension: str) -> dict[str, dict[str, int]]:
    rows = EvidenceCount.objects.filter(condition, dimension=dimension).order_by("key").values_list("key")
    summed = rows.annotate(**{f"n_{name}": Sum(name) for name in COUNTED})
    return {key: dict(zip(COUNTED, counts, strict=True)) for key, *counts in summed}


def _hourly(condition: Q, old: Sequence[Row]) -> list[HourlyAgreement]:
    agree: Counter[datetime] = Counter()
    disagree: Counter[datetime] = Counter()
    for row in old:
        # All of the day stands in its last hour: the bound at its end is the same.
        hour = row["day"] + DAY - HOUR
        agree[hour] += row["counts"]["agree"]
        disagree[hour] += row["counts"]["disagree"]
    hours = EvidenceHour.objects.filter(
        condition, hour__gte=end_of(old), counts__dimension=Dimension.ALL
    ).order_by("hour")
    for hour, one, other in hours.values_list("hour").annotate(Sum("counts__agree"), Sum("counts__disagree")):
        agree[hour], disagree[hour] = one, other
    return [HourlyAgreement(hour.isoformat(), agree[hour], disagree[hour]) for hour in sorted(agree)]


def _margins(policy: Policy) -> Margins:
    return Margins(
        accuracy=policy.accuracy_margin_points / 100,
        accept_rate=policy.accept_margin_points / 100,
        min_comparisons=policy.min_comparisons,
    )


def _newest_id() -> int:
    return SuggestionEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _last_calls(ground: Ground, newest_id: int) -> LastCalls:
    if ground.champion is None:
        return LastCalls(0, 0)
    ours, promoted_at = Q(model_version_id=ground.champion.pk), ground.champion.promoted_at
    if promoted_at:
        ours |= Q(model_version=None, created_at__gt=promoted_at)
    newest = SuggestionEvent.objects.filter(
        ours,
        pk__gt=newest_id - LOOKED_THROUGH,
        rollout_version__gte=ground.standing.step_version,
        request_size__gt=0,
    ).order_by("-id")
    states = list(newest.values_list("state", flat=True)[:LAST_CALLS])
    return LastCalls(len(states), states.count(State.MODEL_ERROR))
