import re
from datetime import date
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test.utils import CaptureQueriesContext

from suggestions.models import Client
from suggestions.training_source.data import labelled_examples
from tests.builders import make_event, make_rule, make_transaction

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


@pytest.mark.parametrize(
    ("columns", "weight"),
    [
        pytest.param({"feedback_verdict": "corrected", "feedback_source": "rule"}, 1.0, id="corrected"),
        pytest.param({"feedback_verdict": "accepted", "feedback_source": "model"}, 0.7, id="accepted model"),
        pytest.param({"feedback_verdict": "accepted", "feedback_source": "rule"}, 0.4, id="accepted rule"),
        pytest.param({"feedback_category": ""}, 0.6, id="sent"),
        pytest.param({}, 0.6, id="nobody knows how"),
    ],
)
def test_labelled_examples__weight__by_how_the_category_came_to_be_known(
    alice: Client, columns: dict[str, str], weight: float
) -> None:
    make_transaction(alice, **{"category": "Sent", "feedback_category": "Coffee"} | columns)

    assert [example.weight for example in labelled_examples(limit=None)] == [weight]


def test_labelled_examples__many_verdicts__one_query_for_all_rows(alice: Client) -> None:
    for number in range(30):
        row = make_transaction(alice, category="Sent")
        verdict = "accepted" if number % 2 else "corrected"
        make_event(row).feedback.create(verdict=verdict, category="Coffee")
    list(labelled_examples(limit=None))

    with CaptureQueriesContext(connection) as queries:
        list(labelled_examples(limit=None))

    tables = [re.search(r'FROM "(\w+)"', query["sql"]) for query in queries]
    assert [table and table[1] for table in tables] == ["suggestions_ruleset", "suggestions_transaction"]


@pytest.mark.parametrize("weight", [0.0, -0.1, 1.1, float("nan")])
def test_check__weight_that_is_no_share__refused(settings: Any, weight: float) -> None:
    settings.SUGGEST_LABEL_WEIGHT_SENT = weight

    assert [message.id for message in run_checks() if message.id == "suggestions.E005"]
