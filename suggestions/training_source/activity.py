"""Count what a training could learn that the one before could not."""

from datetime import datetime

from django.db.models import Count, Max, Q
from django.db.models.functions import Now, TruncDate

from mlmodels.domain.activity import Activity
from suggestions.models import Transaction
from suggestions.models.transactions import IS_LABELLED


def label_activity(*, since: datetime | None) -> Activity:
    """Count the labels since a moment, None for all of them, and find the newest transaction; one query.

    A label is new when its user said it since, or when the client sent the transaction with it since. A
    transaction that claims to be from the future does not make the others old.
    """
    is_new = IS_LABELLED
    if since is not None:
        is_new = Q(feedback_at__gt=since) | (~Q(category="") & Q(created_at__gt=since))
    counted = Transaction.objects.filter(client__is_active=True).aggregate(
        labels=Count("pk", filter=is_new),
        newest_on=Max("date", filter=Q(date__lte=TruncDate(Now()))),
    )
    return Activity(counted["labels"], counted["newest_on"])
