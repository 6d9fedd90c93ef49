from datetime import timedelta

import pytest
from django.utils import timezone

from suggestions.evidence import evidence_since
from suggestions.models import Client, Feedback
from tests.builders import make_event, make_transaction

pytestmark = pytest.mark.django_db


def test_evidence__several_verdicts_on_one_suggestion__the_latest_counts_once(alice: Client) -> None:
    by_rule = make_event(make_transaction(alice))
    by_model = make_event(make_transaction(alice), source="model", state="agree")
    for event, verdicts in ((by_rule, ["rejected", "accepted"]), (by_model, ["accepted", "corrected"])):
        for verdict in verdicts:
            Feedback.objects.create(event=event, verdict=verdict, category="Fuel")
    make_event(make_transaction(alice))

    evidence = evidence_since(timezone.now() - timedelta(hours=1))

    assert evidence.accepted == {"rule": (1, 1), "model": (0, 1)}
    assert evidence.suggestions == 3
    assert evidence.comparisons == 1


def test_evidence__older_suggestions__are_left_out(alice: Client) -> None:
    event = make_event(make_transaction(alice), state="agree")

    assert evidence_since(event.created_at).comparisons == 1
    assert evidence_since(event.created_at + timedelta(microseconds=1)).comparisons == 0
