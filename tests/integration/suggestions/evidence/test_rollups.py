from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from django.db.models.functions import Now
from django.utils import timezone

from suggestions.evidence.hour_counts import COUNTED
from suggestions.evidence.rollups import Fold, fold_events, mark_stale, read_fold
from suggestions.models import Client, EvidenceCount, EvidenceFold, EvidenceHour, Feedback, SuggestionEvent
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


@pytest.mark.django_db(transaction=True)
def test_fold__while_another_process_is_at_it__counts_nothing_and_does_not_say_it_has(alice: Client) -> None:
    fold_events()
    before = read_fold()
    make_event(make_transaction(alice), state="agree")
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT 1 FROM suggestions_evidencefold FOR UPDATE")

        fold_events()

    held, counted = read_fold(), totals()
    other.rollback()
    other.close()
    fold_events()

    assert (held.counted_at, counted) == (before.counted_at, {})
    after = read_fold().counted_at
    assert before.counted_at is not None
    assert after is not None
    assert after > before.counted_at
    assert totals() == {"agree": 1}


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


def test_fold__reasons__are_counted_of_all_and_of_failures_apart(alice: Client) -> None:
    for state, fallback in (("agree", "not_in_canary"), ("model_error", "timeout"), ("agree", "")):
        make_event(make_transaction(alice), state=state, fallback=fallback)

    fold_events()

    hour = EvidenceHour.objects.get()
    assert hour.fallbacks == {"not_in_canary": 1, "timeout": 1}
    assert hour.failures == {"timeout": 1}


def test_read_fold__never_counted__is_due() -> None:
    assert read_fold() == Fold(None, 0, is_due=True)


def test_read_fold__counted_just_now__is_not_due_and_knows_the_newest(alice: Client) -> None:
    event = make_event(make_transaction(alice))
    fold_events()

    fold = read_fold()

    assert (fold.newest_id, fold.is_due) == (event.pk, False)
    assert fold.counted_at is not None
    assert abs(timezone.now() - fold.counted_at) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("minutes", "counted", "is_new", "is_due"),
    [
        pytest.param(1, 5_000, True, False, id="busy: beat will count"),
        pytest.param(3, 5_000, False, True, id="nobody counts any more"),
        pytest.param(1, 998, True, True, id="little altogether"),
        pytest.param(1, 998, False, False, id="little, and nothing new"),
        pytest.param(1, 1_000, True, False, id="one more than little"),
    ],
)
def test_read_fold__is_due__only_where_beat_does_not_or_little_is_to_count(
    alice: Client, minutes: int, counted: int, is_new: bool, is_due: bool
) -> None:
    make_event(make_transaction(alice))
    fold_events()
    EvidenceFold.objects.update(counted_at=Now() - timedelta(minutes=minutes), suggestions=counted)
    if is_new:
        make_event(make_transaction(alice))

    assert read_fold().is_due == is_due
