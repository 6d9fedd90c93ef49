"""A transaction itself tells how its user came to the category: verdict, whose suggestion, when."""

import importlib
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from suggestions.intake import parse_row, upsert_transactions
from suggestions.labels.feedback import Action, record_feedback
from suggestions.models import Client, Feedback, SuggestionEvent, Transaction
from tests.builders import make_event, make_transaction, transaction_body

pytestmark = pytest.mark.django_db

migration = importlib.import_module("suggestions.migrations.0004_transaction_feedback")
NOTHING = ("", "", "", None)


def say(event: SuggestionEvent, action: Action, label: str = "") -> None:
    record_feedback(event.client, event_id=event.pk, transaction_id=None, action=action, label=label)


def columns(row: Transaction) -> tuple[Any, ...]:
    row.refresh_from_db()
    return (row.feedback_category, row.feedback_verdict, row.feedback_source, row.feedback_at)


@pytest.mark.parametrize(
    ("action", "label", "source", "expected"),
    [
        pytest.param("accept", "", "rule", ("Restaurants", "accepted", "rule"), id="accepted a rule's"),
        pytest.param("accept", "", "model", ("Restaurants", "accepted", "model"), id="accepted the model's"),
        pytest.param("correct", "Coffee", "rule", ("Coffee", "corrected", "rule"), id="corrected a rule's"),
    ],
)
def test_record_feedback__verdict__stands_on_the_transaction_with_its_time(
    alice: Client, action: Action, label: str, source: str, expected: tuple[str, ...]
) -> None:
    row = make_transaction(alice)

    say(make_event(row, source=source), action, label)

    *known, at = columns(row)
    assert tuple(known) == expected
    assert abs(at - timezone.now()) < timedelta(minutes=1)


def test_record_feedback__a_later_verdict__replaces_the_earlier_one(alice: Client) -> None:
    row = make_transaction(alice)
    event = make_event(row)
    say(event, "accept")
    before = columns(row)[3]

    say(event, "correct", "Coffee")

    assert columns(row)[1] == "corrected"
    assert columns(row)[3] > before


def test_record_feedback__the_same_again__keeps_the_time(alice: Client) -> None:
    row = make_transaction(alice)
    event = make_event(row)
    say(event, "accept")
    before = columns(row)

    say(event, "accept")

    assert columns(row) == before


def test_record_feedback__withdrawn__nothing_is_left(alice: Client) -> None:
    row = make_transaction(alice)
    event = make_event(row)
    say(event, "accept")

    say(event, "reject")

    assert columns(row) == NOTHING


def test_record_feedback__rejection_of_something_else__leaves_the_verdict(alice: Client) -> None:
    row = make_transaction(alice)
    say(make_event(row), "correct", "Coffee")
    before = columns(row)

    say(make_event(row), "reject")

    assert columns(row) == before


def test_upsert__the_transaction_sent_again__keeps_the_verdict(alice: Client) -> None:
    row = make_transaction(alice)
    say(make_event(row), "correct", "Coffee")
    before = columns(row)

    sent = parse_row(transaction_body(external_id=row.external_id, category="Sent"))
    upsert_transactions(alice, [sent])  # type: ignore[list-item]

    assert columns(row) == before
    assert row.category == "Sent"


@pytest.mark.parametrize("column", ["feedback_verdict", "feedback_source"])
def test_database__a_word_that_is_none__impossible(alice: Client, column: str) -> None:
    make_transaction(alice)

    with pytest.raises(IntegrityError), transaction.atomic():
        Transaction.objects.update(**{column: "x"})


def test_migration__verdicts_given_before__are_found_again(alice: Client) -> None:
    corrected, accepted, withdrawn, unexplained = (make_transaction(alice) for _ in range(4))
    first = make_event(corrected, source="model")
    say(first, "accept")
    say(first, "correct", "Coffee")
    say(make_event(corrected), "reject")
    say(make_event(accepted), "accept")
    event = make_event(withdrawn)
    say(event, "accept")
    say(event, "reject")
    Transaction.objects.filter(pk=unexplained.pk).update(feedback_category="Set by hand")
    Transaction.objects.update(feedback_verdict="", feedback_source="", feedback_at=None)

    migration.copy_verdicts(apps, None)

    said_at = Feedback.objects.get(verdict="corrected").created_at
    assert columns(corrected) == ("Coffee", "corrected", "model", said_at)
    assert columns(accepted)[:3] == ("Restaurants", "accepted", "rule")
    assert columns(withdrawn) == NOTHING
    assert columns(unexplained) == ("Set by hand", "", "", None)
