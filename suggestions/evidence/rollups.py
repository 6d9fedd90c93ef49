"""Fold events into counts by the hour: whole hours are counted anew, so that twice is the same as once."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Subquery, Sum
from django.db.models.functions import Now, TruncHour

from suggestions.evidence.day_sums import sum_days
from suggestions.evidence.hour_counts import count_hour, events_of
from suggestions.models import EvidenceFold, EvidenceHour, StaleHour, SuggestionEvent

LOOKED_BACK = 5_000
"""Ids looked at again: a suggestion may be committed after one with a higher id."""
LATE = timedelta(minutes=2)
"""So long after the last time beat, which counts twice a minute, does not run: whoever looks counts."""
FEW = 1_000
"""Up to so many suggestions altogether, counting the hour takes no longer than the page around it."""


@dataclass(frozen=True, slots=True)
class Fold:
    """How far the events have been counted."""

    counted_at: datetime | None
    """By the database's clock; None: never."""
    newest_id: int
    """Of the events; 0 without any."""
    is_due: bool
    """Whoever looks counts first: nobody has for long, or there is little to count."""


def fold_events(*, at_most: int | None = None) -> int:
    """Count the hours that have changed since the last time, newest first; return how many are left to do.

    At most so many hours; None: all. Where another process is at it already, nothing is done here.
    """
    EvidenceFold.objects.get_or_create(pk=1)
    began_at = _now()
    has_turn = _find_stale_hours()
    stale = list(StaleHour.objects.order_by("-hour").values_list("hour", flat=True).distinct())
    for hour in stale[:at_most]:
        _count_again(hour)
    _sum_days()
    if has_turn:
        counted = EvidenceHour.objects.aggregate(all=Sum("suggestions"))["all"] or 0
        EvidenceFold.objects.filter(pk=1).update(counted_at=began_at, suggestions=counted)
    return len(stale) - len(stale[:at_most])


def read_fold() -> Fold:
    """Return how far the events have been counted, in one query."""
    newest = SuggestionEvent.objects.order_by("-pk").values("pk")[:1]
    row = EvidenceFold.objects.filter(pk=1).annotate(now=Now(), newest=Subquery(newest)).first()
    if row is None:
        return Fold(None, 0, is_due=True)
    uncounted = (row.newest or 0) - row.last_event_id
    is_late = row.counted_at is None or row.now - row.counted_at > LATE
    is_little = uncounted > 0 and row.suggestions + uncounted <= FEW
    return Fold(row.counted_at, row.newest or 0, is_due=is_late or is_little)


def mark_stale(transaction_ids: Collection[int]) -> None:
    """Have the hours of these transactions' suggestions counted again: what is known of them changed."""
    hours = SuggestionEvent.objects.filter(transaction_id__in=transaction_ids).order_by()
    distinct = hours.annotate(hour=TruncHour("created_at")).values_list("hour", flat=True).distinct()
    StaleHour.objects.bulk_create([StaleHour(hour=hour) for hour in distinct])


@transaction.atomic
def _find_stale_hours() -> bool:
    fold = _take_turn()
    if fold is None:
        return False
    recent = SuggestionEvent.objects.filter(pk__gt=fold.last_event_id - LOOKED_BACK).order_by()
    newest = recent.aggregate(newest=Max("pk"))["newest"]
    if newest is None:
        return True
    hours = recent.annotate(hour=TruncHour("created_at")).values_list("hour", flat=True).distinct()
    StaleHour.objects.bulk_create([StaleHour(hour=hour) for hour in _miscounted(list(hours))])
    fold.last_event_id = newest
    fold.save(update_fields=["last_event_id"])
    return True


def _now() -> datetime:
    now: datetime = EvidenceFold.objects.filter(pk=1).values_list(Now(), flat=True).get()
    return now


@transaction.atomic
def _sum_days() -> None:
    if _take_turn() is not None:
        sum_days()


def _take_turn() -> EvidenceFold | None:
    # Who finds the row locked leaves the work to the other, and waits for nothing.
    return EvidenceFold.objects.select_for_update(skip_locked=True).filter(pk=1).first()


def _miscounted(hours: list[datetime]) -> Iterator[datetime]:
    for hour in hours:
        counted = sum(EvidenceHour.objects.filter(hour=hour).values_list("suggestions", flat=True))
        if events_of(hour).count() != counted:
            yield hour


@transaction.atomic
def _count_again(hour: datetime) -> None:
    if _take_turn() is None:
        return
    # Marks that come from here on stay, and the hour is counted once more.
    marks = list(StaleHour.objects.filter(hour=hour).values_list("pk", flat=True))
    EvidenceHour.objects.filter(hour=hour).delete()
    count_hour(hour)
    StaleHour.objects.filter(pk__in=marks).delete()
