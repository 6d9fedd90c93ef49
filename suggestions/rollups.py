"""Fold events into counts by the hour: whole hours are counted anew, so that twice is the same as once."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now, TruncHour

from suggestions.hour_counts import count_hour, events_of
from suggestions.models import EvidenceFold, EvidenceHour, StaleHour, SuggestionEvent

LOOKED_BACK = 5_000
"""Ids looked at again: a suggestion may be committed after one with a higher id."""


def fold_events(*, at_most: int | None = None) -> int:
    """Count the hours that have changed since the last time, newest first; return how many are left to do.

    At most so many hours; None: all. Where another process is at it already, nothing is done here.
    """
    fold, _ = EvidenceFold.objects.get_or_create(pk=1)
    _find_stale_hours(fold.last_event_id)
    stale = list(StaleHour.objects.order_by("-hour").values_list("hour", flat=True).distinct())
    for hour in stale[:at_most]:
        _count_again(hour)
    left = len(stale) - len(stale[:at_most])
    if not left:
        EvidenceFold.objects.filter(pk=1).update(folded_at=Now())
    return left


def mark_stale(transaction_ids: Collection[int]) -> None:
    """Have the hours of these transactions' suggestions counted again: what is known of them changed."""
    hours = SuggestionEvent.objects.filter(transaction_id__in=transaction_ids).order_by()
    distinct = hours.annotate(hour=TruncHour("created_at")).values_list("hour", flat=True).distinct()
    StaleHour.objects.bulk_create([StaleHour(hour=hour) for hour in distinct])


def _find_stale_hours(last_event_id: int) -> None:
    recent = SuggestionEvent.objects.filter(pk__gt=last_event_id - LOOKED_BACK).order_by()
    newest = recent.aggregate(newest=Max("pk"))["newest"]
    if newest is None:
        return
    hours = recent.annotate(hour=TruncHour("created_at")).values_list("hour", flat=True).distinct()
    with transaction.atomic():
        StaleHour.objects.bulk_create([StaleHour(hour=hour) for hour in _miscounted(list(hours))])
        EvidenceFold.objects.filter(pk=1, last_event_id__lt=newest).update(last_event_id=newest)


def _miscounted(hours: list[datetime]) -> Iterator[datetime]:
    for hour in hours:
        counted = sum(EvidenceHour.objects.filter(hour=hour).values_list("suggestions", flat=True))
        if events_of(hour).count() != counted:
            yield hour


def _count_again(hour: datetime) -> None:
    with transaction.atomic():
        if EvidenceFold.objects.select_for_update(skip_locked=True).filter(pk=1).first() is None:
            return
        # Marks that come from here on stay, and the hour is counted once more.
        marks = list(StaleHour.objects.filter(hour=hour).values_list("pk", flat=True))
        EvidenceHour.objects.filter(hour=hour).delete()
        count_hour(hour)
        StaleHour.objects.filter(pk__in=marks).delete()
