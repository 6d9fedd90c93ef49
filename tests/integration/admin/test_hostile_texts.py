"""Texts of clients that look like markup, or that would turn round what stands beside them, are only text."""

import re
from decimal import Decimal

import pytest

from suggestions.models import Category, Feedback, Rule, SuggestionEvent, Transaction
from tests.builders import make_event, make_transaction
from tests.champions import install_champion
from tests.integration.admin.console import Console
from tests.integration.admin.pages import PAGES, address_of
from tests.integration.admin.test_descriptions_hidden import crawl

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_loaded")]

SCRIPT = "<script>alert(1)</script>"
TURNED = "קפה \u202eתל אביב"


@pytest.fixture
def hostile(world: dict[str, str]) -> Transaction:
    row = make_transaction(
        Transaction.objects.get().client,
        description=TURNED,
        memo=SCRIPT,
        category=SCRIPT,
        user_id=SCRIPT,
        external_id=SCRIPT,
        amount=Decimal("-12.34"),
    )
    Category.objects.create(client=row.client, name=SCRIPT)
    answers = {"rule_category": SCRIPT, "model_category": f"{SCRIPT}2", "served_category": SCRIPT}
    for _ in range(3):
        event = make_event(row, state="disagree", model_confidence=0.7, **answers)
    Feedback.objects.create(event=event, verdict="corrected", category=SCRIPT, reason=SCRIPT)
    Rule.objects.update(name=SCRIPT, category=SCRIPT)
    world["suggestions_transaction"] = str(row.pk)
    world["suggestions_suggestionevent"] = str(event.pk)
    return row


def test_markup__in_every_text_of_a_client__is_text_on_every_page(
    superuser: Console, world: dict[str, str], hostile: Transaction
) -> None:
    pages = crawl(superuser, world)

    html = {address: page for address, page in pages.items() if "/export/" not in address}
    assert [address for address, page in html.items() if "<script>alert(1)" in page] == []
    shown = [address for address, page in html.items() if "&lt;script&gt;alert(1)" in page]
    for name in (
        "suggestions_transaction_change",
        "suggestions_suggestionevent_change",
        "suggestions_suggestionevent_disagreements",
        "suggestions_category_changelist",
        "suggestions_rule_changelist",
        "suggestions_feedback_changelist",
    ):
        assert address_of(name, world) in shown


@pytest.mark.parametrize(
    "name",
    [
        "suggestions_transaction_changelist",
        "suggestions_transaction_change",
        "suggestions_transaction_explain",
        "suggestions_suggestionevent_change",
        "suggestions_suggestionevent_disagreements",
    ],
)
def test_turned_text__beside_an_amount__is_isolated(
    admin: Console, world: dict[str, str], hostile: Transaction, name: str
) -> None:
    install_champion()

    page = admin.browser.get(address_of(name, world)).content.decode()

    assert TURNED in page
    around = re.findall(rf"(<bdi>|dir=\"auto\"[^<]*>)?\s*{TURNED}", page)
    assert around
    assert all(around)


@pytest.mark.parametrize("amount", ["-0.00", "-0", "-0.000"])
def test_amount__minus_nothing__is_nothing_in_the_playground(
    admin: Console, world: dict[str, str], amount: str
) -> None:
    given = {
        "client": world["suggestions_client"],
        "description": "TIM HORTONS",
        "amount": amount,
        "currency": "CAD",
        "date": "2026-03-01",
    }

    page = admin.browser.post(address_of("suggestions_transaction_playground", world), given).content.decode()

    assert ", 0.00 CAD, 2026-03-01" in page
    assert "-0.00 CAD" not in page


def test_pages__of_the_table__are_what_is_crawled(
    superuser: Console, world: dict[str, str], hostile: Transaction
) -> None:
    pages = crawl(superuser, world)

    assert {address_of(name, world) for name in PAGES} - pages.keys() == set()
    assert SuggestionEvent.objects.filter(rule_category=SCRIPT).count() == 3
