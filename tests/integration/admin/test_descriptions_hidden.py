"""What clients wrote about a transaction is on no page of somebody who may not read it."""

import re
from collections.abc import Callable

import pytest

from audit.log import Origin
from suggestions.labels.staff import set_label
from suggestions.models import Category, Feedback, SuggestionEvent, Transaction
from tests.api_client import ApiCaller
from tests.builders import make_event, make_key, make_transaction
from tests.champions import install_champion
from tests.integration.admin.console import Console
from tests.integration.admin.pages import PAGES, address_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_loaded")]

MARK = "77421193"  # a number: the merchant's normalised form is without it
MEMO = "memo-of-somebody"
PAGES_WITH_TEXT = 400


@pytest.fixture
def marked(world: dict[str, str]) -> Transaction:
    """A transaction whose texts are marked, as the newest of everything; it has a page of each kind."""
    first = Transaction.objects.get()
    row = make_transaction(
        first.client, external_id="marked", description=f"TIM HORTONS {MARK}", memo=MEMO, category="Fuel"
    )
    event = make_event(row, state="disagree", model_category="Fuel", model_confidence=0.7)
    Feedback.objects.create(event=event, verdict="rejected")
    SuggestionEvent.objects.filter(transaction=first).update(transaction=row)
    set_label(row.pk, "Fuel", by=None, origin=Origin.COMMAND)
    world["suggestions_transaction"] = str(row.pk)
    world["suggestions_suggestionevent"] = str(event.pk)
    return row


def crawl(console: Console, world: dict[str, str]) -> dict[str, str]:
    """Return every page of the table, and every page linked there, by its address."""
    to_visit = [address_of(name, world) for name in PAGES] + ["/admin/search/?s=marked"]
    seen: dict[str, str] = {}
    while to_visit:
        address = to_visit.pop()
        if address in seen or "logout" in address:
            continue
        answer = console.browser.get(address)
        seen[address] = answer.getvalue().decode()
        if len(seen) < PAGES_WITH_TEXT and answer.status_code == 200:
            to_visit += re.findall(r'href="(/admin/[^"#?]*)', seen[address])
    return seen


@pytest.mark.parametrize("role", ["analyst", "operator"])
def test_descriptions__role_without_the_permission__are_on_no_page(
    console_of: Callable[[str], Console], world: dict[str, str], marked: Transaction, role: str
) -> None:
    pages = crawl(console_of(role), world)

    assert len(pages) > len(PAGES)
    assert f"/admin/suggestions/transaction/{marked.pk}/explain/" in pages
    assert [address for address, page in pages.items() if MARK in page or MEMO in page] == []


def test_descriptions__admin__are_on_the_pages_that_need_them(
    admin: Console, world: dict[str, str], marked: Transaction
) -> None:
    Category.objects.update(is_active=True)
    install_champion()

    pages = crawl(admin, world)

    event = marked.events.latest("id")
    for address in (
        "/admin/suggestions/transaction/",
        f"/admin/suggestions/transaction/{marked.pk}/change/",
        f"/admin/suggestions/transaction/{marked.pk}/explain/",
        f"/admin/suggestions/suggestionevent/{event.pk}/change/",
    ):
        assert MARK in pages[address], address
    assert MEMO in pages[f"/admin/suggestions/transaction/{marked.pk}/change/"]


@pytest.mark.parametrize("page", ["transaction/", "transaction/{}/change/", "transaction/{}/explain/"])
def test_descriptions__hidden__the_merchant_stands_there_and_whom_to_ask(
    analyst: Console, world: dict[str, str], marked: Transaction, page: str
) -> None:
    text = analyst.browser.get(f"/admin/suggestions/{page.format(marked.pk)}").content.decode()

    assert "<bdi>tim hortons</bdi>" in text
    assert "ask an admin for the permission" in text


def test_descriptions__posted_pages__show_none_either(
    analyst: Console, world: dict[str, str], marked: Transaction
) -> None:
    export = analyst.browser.get("/admin/suggestions/suggestionevent/disagreements/export/").getvalue()
    found = analyst.browser.get("/admin/suggestions/transaction/?q=marked").content.decode()

    assert MARK not in export.decode()
    assert ">marked<" in found
    assert MARK not in found


@pytest.fixture
def alike(world: dict[str, str]) -> Transaction:
    """A transaction whose answer rests on a labelled one that is alike, whose description is marked."""
    client = Transaction.objects.get().client
    Category.objects.create(client=client, name="Restaurants")
    install_champion()
    make_transaction(client, description=f"SUSHI BAR EASTSIDE DOWNTOWN {MARK}", category="Restaurants")
    return make_transaction(client, description="SUSHI BAR EASTSIDE DOWNTOWNS")


def say_why(console: Console, row: Transaction) -> list[str]:
    explain, playground = f"{row.pk}/explain/", "playground/"
    values = {
        "client": row.client_id, "user_id": row.user_id, "description": row.description, "amount": "-4.50",
        "currency": "CAD", "date": "2026-03-02",
    }  # fmt: skip
    return [
        console.browser.get(f"/admin/suggestions/transaction/{explain}").content.decode(),
        console.browser.post(f"/admin/suggestions/transaction/{playground}", values).content.decode(),
    ]


def test_reasons__role_without_the_permission__quote_no_other_transaction(
    analyst: Console, alike: Transaction
) -> None:
    predicted = ApiCaller(make_key(user=analyst.user)).post("/ml/v2/predict", {"txn_id": alike.pk}).json()

    for page in say_why(analyst, alike):
        assert "similar to another transaction, which you put here" in page
        assert MARK not in page
    assert "similar to another transaction, which you put here" in predicted["reasons"]


def test_reasons__admin__quote_what_they_rest_on(admin: Console, alike: Transaction) -> None:
    assert [MARK in page for page in say_why(admin, alike)] == [True, True]
