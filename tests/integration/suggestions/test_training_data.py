from datetime import date

import pytest

from suggestions.models import Client
from suggestions.training_data import labelled_examples
from tests.builders import make_rule, make_transaction

pytestmark = pytest.mark.django_db


def test_labelled_examples__known_categories__oldest_first_with_the_users_word_first(alice: Client) -> None:
    make_transaction(alice, date=date(2026, 3, 2), category="Sent", feedback_category="Corrected")
    make_transaction(alice, date=date(2026, 3, 1), category="Sent")
    make_transaction(alice, date=date(2026, 3, 3))

    examples = list(labelled_examples(limit=None))

    assert [example.category for example in examples] == ["Sent", "Corrected"]


def test_labelled_examples__limit__takes_the_newest(alice: Client) -> None:
    for day in (1, 2, 3, 3):
        make_transaction(alice, date=date(2026, 3, day), category=f"day {day}")

    examples = list(labelled_examples(limit=3))

    assert [example.category for example in examples] == ["day 2", "day 3", "day 3"]
    assert len(list(labelled_examples(limit=99))) == 4


def test_labelled_examples__baseline__is_what_the_rules_say(alice: Client) -> None:
    make_rule(pattern="tim hortons", category="Restaurants")
    make_transaction(alice, category="Coffee")
    make_transaction(alice, description="SOMETHING ELSE", category="Coffee")

    examples = list(labelled_examples(limit=None))

    assert [example.baseline_category for example in examples] == ["Restaurants", None]


def test_labelled_examples__inactive_client__is_left_out(alice: Client) -> None:
    make_transaction(alice, category="Coffee")
    Client.objects.update(is_active=False)

    assert list(labelled_examples(limit=None)) == []
