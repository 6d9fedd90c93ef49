from datetime import date, timedelta

import pytest
from django.utils import timezone

from suggestions.models import Client, Transaction
from suggestions.training_source.activity import label_activity
from tests.builders import make_transaction

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(days=30)


def test_label_activity__since_a_moment__counts_what_was_said_or_sent_since(alice: Client) -> None:
    now = timezone.now()
    old = [make_transaction(alice, category="Sent") for _ in range(4)]
    Transaction.objects.update(created_at=now - LONG_AGO)
    Transaction.objects.filter(pk=old[0].pk).update(feedback_category="Coffee", feedback_at=now)
    Transaction.objects.filter(pk=old[1].pk).update(feedback_category="Coffee", feedback_at=now - LONG_AGO)
    make_transaction(alice, category="Sent")
    make_transaction(alice)

    assert label_activity(since=now - timedelta(days=1)).labels == 2
    assert label_activity(since=None).labels == 5


def test_label_activity__newest_transaction__is_not_one_from_the_future(alice: Client) -> None:
    assert label_activity(since=None).newest_on is None
    make_transaction(alice, date=date(2026, 2, 1))
    make_transaction(alice, date=date(2099, 1, 1))

    assert label_activity(since=None).newest_on == date(2026, 2, 1)


def test_label_activity__inactive_client__does_not_count(alice: Client) -> None:
    make_transaction(alice, category="Sent")
    Client.objects.update(is_active=False)

    assert label_activity(since=None).labels == 0
