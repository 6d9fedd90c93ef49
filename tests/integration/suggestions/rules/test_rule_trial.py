"""A rule tried on stored transactions: which ones, and how many queries it takes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEntry
from suggestions.domain.rules.trial import TrialChange
from suggestions.models import Category, Client, Rule, Transaction
from suggestions.rules.cache import current_engine
from suggestions.rules.starter import install_starter_rules
from suggestions.rules.trial import try_rule
from tests.builders import make_rule, make_transaction

pytestmark = pytest.mark.django_db


def unsaved(**overrides: Any) -> Rule:
    return Rule(**{"name": "new", "pattern": "tim hortons", "category": "Restaurants"} | overrides)


@pytest.mark.parametrize("count", [1, 30])
def test_try_rule__any_number_of_transactions__three_queries(alice: Client, count: int) -> None:
    for number in range(count):
        make_transaction(alice, description=f"TIM HORTONS {number}", category="Restaurants")
    make_rule(pattern="tim", category="Coffee")
    current_engine()

    with CaptureQueriesContext(connection) as queries:
        trial = try_rule(unsaved())

    assert [
        name
        for query in queries
        for name in ("ruleset", "transaction", "category")
        if f'FROM "suggestions_{name}"' in query["sql"]
    ] == [
        "category",
        "transaction",
        "ruleset",
    ]
    assert len(queries) == 3
    assert (trial.matched, trial.right) == (count, count)
    assert trial.changes == (TrialChange("Coffee", "Restaurants", count),)


def test_try_rule__saves_nothing(alice: Client) -> None:
    make_transaction(alice)

    try_rule(unsaved(client=alice))

    assert not Rule.objects.exists()
    assert not AuditEntry.objects.exists()


def test_try_rule__of_one_client__looks_at_its_transactions_alone(alice: Client, bob: Client) -> None:
    make_transaction(alice)
    make_transaction(bob)

    assert try_rule(unsaved(client=alice)).looked_at == 1
    assert try_rule(unsaved()).looked_at == 2


@pytest.mark.parametrize("is_shared_before", [False, True])
def test_try_rule__saved_for_others__counts_what_they_would_lose(
    alice: Client, bob: Client, is_shared_before: bool
) -> None:
    rule = make_rule(client=None if is_shared_before else alice)
    for _ in range(3):
        make_transaction(alice, category="Restaurants")
    make_transaction(bob, description="CITY FUEL")
    rule.client = bob

    trial = try_rule(rule)

    assert (trial.matched, trial.looked_at, trial.looked_at_before) == (0, 1, 3)
    assert trial.changes == (TrialChange("Restaurants", "", 3),)
    assert trial.spoiled == 3


def test_try_rule__saved_for_one_and_made_shared__looks_at_each_transaction_once(
    alice: Client, bob: Client
) -> None:
    rule = make_rule(client=alice)
    make_transaction(alice, date=date(2026, 5, 1))
    make_transaction(bob)
    rule.client = None

    trial = try_rule(rule, looked_at=1)

    assert (trial.looked_at, trial.looked_at_before, trial.changed) == (1, 1, 1)
    assert try_rule(rule).looked_at_before == 0


def test_try_rule__saved_for_one_user_and_moved_to_another__counts_both(alice: Client) -> None:
    rule = make_rule(client=alice, user_id="user-1")
    make_transaction(alice)
    make_transaction(alice, user_id="user-2")
    rule.user_id = "user-2"

    assert set(try_rule(rule).changes) == {
        TrialChange("Restaurants", "", 1),
        TrialChange("", "Restaurants", 1),
    }


def test_try_rule__more_than_it_looks_at__takes_the_newest(alice: Client) -> None:
    make_transaction(alice, date=date(2026, 1, 1), description="OLD")
    make_transaction(alice, date=date(2026, 2, 1), description="NEW")

    assert try_rule(unsaved(client=alice, pattern="new"), looked_at=1).matched == 1
    assert try_rule(unsaved(pattern="new"), looked_at=1).matched == 1


def test_try_rule__words_of_the_user_outrank_those_of_the_client(alice: Client) -> None:
    make_transaction(alice, category="Fuel", feedback_category="Restaurants")

    assert try_rule(unsaved()).right == 1


def test_try_rule__category_that_a_client_has_withdrawn__is_its_answer_to_nobody(
    alice: Client, bob: Client
) -> None:
    Category.objects.create(client=alice, name="Restaurants", is_active=False)
    make_transaction(alice)
    make_transaction(bob)

    trial = try_rule(unsaved())

    assert (trial.matched, trial.changed) == (2, 1)


def test_try_rule__merchant__by_the_stored_key(alice: Client) -> None:
    make_transaction(alice, description="SQ *TIM HORTONS 3623 QPS")

    assert try_rule(unsaved(kind="merchant")).matched == 1


def test_try_rule__amount_of_nothing__is_neither_in_nor_out(alice: Client) -> None:
    make_transaction(alice, amount=Decimal("-0.00"))

    assert [try_rule(unsaved(sign=sign)).matched for sign in ("in", "out", "any")] == [0, 0, 1]


def test_rules__installed_and_saved__leave_every_known_category_alone(alice: Client) -> None:
    make_transaction(alice, description="STARBUCKS 1", category="Manual")
    make_transaction(alice, description="STARBUCKS 2", category="Manual", feedback_category="Mine")
    make_transaction(alice, description="STARBUCKS 3")
    before = list(Transaction.objects.order_by("pk").values())

    install_starter_rules()
    make_rule(pattern="starbucks", priority=99, category="Coffee").save()
    try_rule(Rule.objects.get(category="Coffee"))

    assert list(Transaction.objects.order_by("pk").values()) == before
