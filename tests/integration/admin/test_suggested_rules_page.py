"""The rules that labels ask for, and the form that a link fills in."""

import re
from datetime import date

import pytest

from suggestions.models import Category, Client, Rule
from tests.builders import make_client, make_rule, make_transaction
from tests.integration.admin.console import Console

pytestmark = pytest.mark.django_db

SUGGESTED = "/admin/suggestions/rule/suggested/"
ADD = "/admin/suggestions/rule/add/"


@pytest.fixture
def labelled(db: None) -> Client:
    client = make_client(name="budget app")
    for number in range(6):
        make_transaction(
            client,
            user_id=f"user-{number % 2}",
            category="<i>Coffee</i>",
            description=f"TIM HORTONS #{1000 + number}",
        )
    return client


def page_of(console: Console, address: str = SUGGESTED) -> str:
    return str(console.browser.get(address).content.decode())


def test_suggested__nothing_known__teaches(analyst: Console) -> None:
    page = page_of(analyst)

    assert "No rule is asked for." in page
    assert "POST /ml/suggestions/feedback" in page


def test_suggested__merchant_whose_labels_agree__is_listed(analyst: Console, labelled: Client) -> None:
    page = page_of(analyst)

    for part in ("tim hortons", "budget app", "&lt;i&gt;Coffee&lt;/i&gt;", "6 of 6, 100 %", "silent"):
        assert part in page
    assert "Make a rule" not in page


def test_suggested__rule_is_there_and_the_newest_labels_are_exceptions__lists_nothing(
    analyst: Console,
) -> None:
    client = make_client()
    make_rule(kind="merchant", category="Coffee")
    for number in range(50):
        known = {"date": date(2026, 3, 1), "category": "Coffee"}
        exception = {"date": date(2026, 4, 1), "category": "Other"}
        make_transaction(client, user_id=f"user-{number % 3}", **(known if number < 45 else exception))

    assert "No rule is asked for." in page_of(analyst)


def test_suggested__link__fills_in_the_form_with_no_text_in_the_address(
    admin: Console, labelled: Client
) -> None:
    found = re.search(rf'href="({ADD}\?like=\d+)"', page_of(admin))
    assert found

    page = page_of(admin, found[1])

    assert 'value="tim hortons"' in page
    assert 'value="&lt;i&gt;Coffee&lt;/i&gt;"' in page
    assert f'<option value="{labelled.pk}" selected>' in page
    assert '<option value="merchant" selected>' in page
    assert not Rule.objects.exists()
    assert not Category.objects.exists()


@pytest.mark.parametrize("like", ["", "x", "987654", "9" * 40, "-1"])
def test_add__link_to_nothing__opens_an_empty_form(admin: Console, like: str) -> None:
    answer = admin.browser.get(ADD, {"like": like})

    assert answer.status_code == 200
    assert 'name="pattern"' in answer.content.decode()
