"""The page of one transaction: what was shown last, what would be now, and everything that happened."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.log import Origin
from suggestions.labels.staff import set_label
from suggestions.models import Category, Feedback, Rollout, SuggestionEvent, Transaction
from tests.builders import make_client, make_event, make_rule, make_transaction, set_blind, set_canary
from tests.champions import install_champion
from tests.integration.admin.console import Console

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_loaded")]


def page_of(console: Console, row: Transaction) -> str:
    address = f"/admin/suggestions/transaction/{row.pk}/change/"
    return str(console.browser.get(address).content.decode())


def story_of(page: str) -> str:
    above = page.split("Why did this user see this?")[1].split("<form")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", above).split())


def test_transaction_page__suggested_twice__answers_for_the_newest(analyst: Console) -> None:
    row = make_transaction(make_client())
    make_event(row)
    newest = make_event(row, source="model", served_category="Fuel", bucket=5, percentage=1_000)

    page = page_of(analyst, row)

    assert "Shown last: Fuel . The model was served: bucket 5 lies below the canary of 10 %" in story_of(page)
    assert f'href="/admin/suggestions/suggestionevent/{newest.pk}/change/">The decision step by step' in page


def test_transaction_page__never_suggested__says_how_it_would_be(analyst: Console) -> None:
    page = page_of(analyst, make_transaction(make_client()))

    assert "Nothing was suggested for it yet." in page


@pytest.mark.parametrize(
    ("canary", "served", "place"),
    [
        pytest.param(10_000, "Restaurants (", "in the canary of 100 % now", id="model"),
        pytest.param(0, "Fuel (0.80)", "outside the canary of 0 % now", id="rules"),
    ],
)
def test_transaction_page__now__is_what_the_service_would_serve(
    analyst: Console, canary: int, served: str, place: str
) -> None:
    install_champion()
    client = make_client()
    for name in ("Fuel", "Restaurants"):
        Category.objects.create(client=client, name=name)
    make_rule(pattern="sushi", category="Fuel")
    set_canary(canary)
    row = make_transaction(client, description="SUSHI BAR #3")

    story = story_of(page_of(analyst, row))

    assert f"Would be served now {served}" in story
    assert place in story
    assert not SuggestionEvent.objects.exists()


def test_transaction_page__blind_transaction__would_be_shown_nothing(analyst: Console) -> None:
    set_canary(0)
    set_blind(2_000)
    Rollout.objects.update(salt="salt")
    client = make_client()
    rows = [make_transaction(client) for _ in range(60)]

    blind = ["nothing: blind slice" in story_of(page_of(analyst, row)) for row in rows[:30]]

    assert any(blind)
    assert not all(blind)


def test_transaction_page__timeline__has_everything_the_latest_first(admin: Console) -> None:
    client = make_client(name="budget app")
    client.categories.create(name="Fuel")
    row = make_transaction(client, category="Food")
    event = make_event(row, model_category="Fuel")
    Feedback.objects.create(event=event, verdict="rejected", reason="not mine")
    set_label(row.pk, "Fuel", by=admin.user, origin=Origin.ADMIN, reason="a petrol station")

    story = story_of(page_of(admin, row)).split("the latest first")[1]

    parts = (
        "The user rejected ( not mine ) counts",
        "Rule suggested Restaurants ( rules: Restaurants; model: Fuel )",
        "budget app sent it; its category there is Food now",
    )
    assert [part for part in parts if part not in story] == []
    assert "the admin set the category to Fuel ( a petrol station ) counts" in story
    assert [story.index(part) for part in parts] == sorted(story.index(part) for part in parts)


def test_transaction_page__without_label__the_clients_category_counts(analyst: Console) -> None:
    story = story_of(page_of(analyst, make_transaction(make_client(), category="Food")))

    assert "its category there is Food now counts" in story


def test_transaction_page__link_to_the_user__lists_that_users_transactions_alone(analyst: Console) -> None:
    client = make_client()
    row = make_transaction(client, user_id="user & 1", external_id="mine")
    make_transaction(client, user_id="user & 2", external_id="foreign")

    found = re.search(r'href="(/admin/suggestions/transaction/\?[^"]+)"', page_of(analyst, row))

    assert found
    listed = analyst.browser.get(unescape(found[1])).content.decode()
    assert ">mine<" in listed
    assert ">foreign<" not in listed


def test_transaction_page__more_rows__needs_no_more_queries(analyst: Console) -> None:
    row = make_transaction(make_client())
    Feedback.objects.create(event=make_event(row), verdict="rejected")
    page_of(analyst, row)
    with CaptureQueriesContext(connection) as few:
        page_of(analyst, row)
    for _ in range(5):
        Feedback.objects.create(event=make_event(row), verdict="rejected")
    with CaptureQueriesContext(connection) as many:
        page_of(analyst, row)

    assert len(many) == len(few) <= 20
