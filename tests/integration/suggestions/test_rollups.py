from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from suggestions.hour_counts import COUNTED
from suggestions.models import Client, EvidenceCount, EvidenceHour, Feedback, SuggestionEvent
from suggestions.rollups import fold_events, mark_stale
from tests.builders import make_event, make_transaction

pytestmark = pytest.mark.django_db


def totals(dimension: str = "all") -> dict[str, int]:
    rows = EvidenceCount.objects.filter(dimension=dimension)
    sums = rows.aggregate(**{name: Sum(name) for name in COUNTED})
    return {name: n for name, n in sums.items() if n}


def test_fold__events__are_counted_once_however_often(alice: Client) -> None:
    for state in ("agree", "agree", "disagree", "model_error"):
        make_event(make_transaction(alice), state=state, request_size=1, latency_ms=250)

    assert fold_events() == 0
    assert fold_events() == 0

    hour = EvidenceHour.objects.get()
    assert (hour.suggestions, hour.calls, hour.failed_calls, hour.slow_calls) == (4, 4, 1, 4)
    assert totals() == {"agree": 2, "disagree": 1, "model_error": 1}


def test_fold__later_event_of_the_hour__is_added(alice: Client) -> None:
    make_event(make_transaction(alice), state="agree")
    fold_events()
    make_event(make_transaction(alice), state="agree")

    fold_events()

    assert totals() == {"agree": 2}


def test_fold__late_label__changes_the_hour_of_the_suggestion(alice: Client) -> None:
    event = make_event(
        make_transaction(alice), state="disagree", rule_category="Restaurants", model_category="Fuel"
    )
    SuggestionEvent.objects.update(created_at=timezone.now() - timedelta(days=3))
    fold_events()
    assert totals() == {"disagree": 1}

    alice.transactions.update(feedback_category="Fuel")
    mark_stale([event.transaction_id])
    fold_events()

    assert totals() == {"disagree": 1, "rule_only_model": 1}


def test_fold__blind_slice__is_an_arm_of_its_own_and_judges_no_source(alice: Client) -> None:
    answers = {"state": "disagree", "rule_category": "Restaurants", "model_category": "Fuel"}
    for is_blind in (True, False):
        event = make_event(make_transaction(alice, category="Fuel"), is_blind=is_blind, **answers)
        Feedback.objects.create(event=event, verdict="corrected", category="Fuel")

    fold_events()

    assert totals() == {"disagree": 2, "rule_corrected": 1, "rule_only_model": 1, "blind_only_model": 1}


def test_fold__category_that_staff_set__is_no_outcome(alice: Client) -> None:
    for source in ("rule", "staff"):
        transaction = make_transaction(alice, feedback_category="Fuel", feedback_source=source)
        make_event(transaction, state="disagree", rule_category="Restaurants", model_category="Fuel")

    fold_events()

    assert totals() == {"disagree": 2, "rule_only_model": 1}
