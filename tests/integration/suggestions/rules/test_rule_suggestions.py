"""Which rules the stored labels ask for, and how many queries that takes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.log import Origin
from suggestions.labels.staff import set_label
from suggestions.models import Category, Client
from suggestions.rules.cache import current_engine
from suggestions.rules.suggested import offer_rules
from tests.builders import make_rule, make_transaction

pytestmark = pytest.mark.django_db


def label(client: Client, count: int = 6, category: str = "Coffee", description: str = "TIM HORTONS") -> None:
    for number in range(count):
        corrected = {"feedback_category": category, "feedback_verdict": "corrected"}
        make_transaction(
            client,
            description=f"{description} #{number}",
            user_id=f"user-{number % 2}",
            category="Something else",
            feedback_at=timezone.now(),
            **corrected,
        )


def test_offer_rules__users_agree__offered_with_what_a_person_needs(alice: Client) -> None:
    label(alice)
    make_transaction(alice)

    (row,) = offer_rules()

    one = row.suggestion
    assert (row.client, row.matches) == (alice.name, 7)
    assert (one.merchant, one.category, one.labels, one.right, one.corrections) == (
        "tim hortons",
        "Coffee",
        6,
        6,
        6,
    )


def test_offer_rules__categories_set_by_staff__are_labels_and_no_corrections_of_users(alice: Client) -> None:
    Category.objects.create(client=alice, name="Coffee")
    for number in range(6):
        row = make_transaction(alice, user_id=f"user-{number % 2}", description=f"TIM HORTONS #{number}")
        set_label(row.pk, "Coffee", by=None, origin=Origin.COMMAND)

    (offered,) = offer_rules()

    assert (offered.suggestion.right, offered.suggestion.corrections) == (6, 0)


@pytest.mark.parametrize("merchants", [1, 4])
def test_offer_rules__any_number_of_labels__five_queries(alice: Client, merchants: int) -> None:
    for number in range(merchants):
        label(alice, description=f"{'ABCD'[number]}LPHA HOUSE")
    current_engine()

    with CaptureQueriesContext(connection) as queries:
        offered = offer_rules()

    assert len(offered) == merchants
    assert len(queries) == 5


def test_offer_rules__labels_of_two_clients__are_not_added_up(alice: Client, bob: Client) -> None:
    label(alice, 3)
    label(bob, 3)

    assert offer_rules() == []


def test_offer_rules__inactive_client_or_withdrawn_category__nothing(alice: Client, bob: Client) -> None:
    label(alice)
    label(bob)
    Category.objects.create(client=alice, name="Coffee", is_active=False)
    Client.objects.filter(pk=bob.pk).update(is_active=False)

    assert offer_rules() == []


def test_offer_rules__a_rule_says_it_by_now__nothing(alice: Client) -> None:
    label(alice)
    assert offer_rules()

    make_rule(client=alice, kind="merchant", category="Coffee")

    assert offer_rules() == []
