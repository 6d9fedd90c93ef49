"""Why did this user see this? From a transaction to its suggestion and back, as people go."""

import pytest
from playwright.sync_api import Page, expect

from suggestions.models import Feedback, Rule, SuggestionEvent
from tests.builders import make_client, make_event, make_rule, make_transaction
from tests.registry_rows import make_champion

pytestmark = pytest.mark.django_db(transaction=True)


def make_story() -> SuggestionEvent:
    row = make_transaction(make_client(name="budget app"), description="קפה \u202eתל אביב")
    make_event(row)
    event = make_event(
        row,
        rule_id=make_rule().pk,
        model_category="Fuel",
        model_confidence=0.71,
        model_version=make_champion(),
        state="disagree",
        bucket=5_012,
        percentage=1_000,
        fallback="not_in_canary",
        latency_ms=14,
        request_size=3,
    )
    Feedback.objects.create(event=event, verdict="rejected", reason="not mine")
    return event


def follow_the_journey(page: Page) -> None:
    event = make_story()
    page.goto(f"/admin/suggestions/transaction/{event.transaction_id}/change/")
    expect(page.get_by_text("Shown last: Restaurants")).to_be_visible()

    page.get_by_role("link", name="The decision step by step").click()

    expect(page.get_by_text("buckets below 1,000 are in it, so the user was outside")).to_be_visible()
    expect(page.get_by_text("not mine")).to_be_visible()
    page.get_by_role("link", name="Earlier of this transaction").click()
    expect(page.get_by_text("The user has said nothing to it yet")).to_be_visible()


def test_why__from_the_transaction_to_its_suggestions(page: Page) -> None:
    follow_the_journey(page)


def test_why__from_the_transaction_to_its_suggestions__without_scripts(page_without_scripts: Page) -> None:
    follow_the_journey(page_without_scripts)


@pytest.mark.parametrize("kind", ["transaction", "suggestionevent"])
def test_why__on_a_phone__nothing_is_wider_than_the_screen(phone: Page, kind: str) -> None:
    event = make_story()
    pk = event.pk if kind == "suggestionevent" else event.transaction_id

    phone.goto(f"/admin/suggestions/{kind}/{pk}/change/")

    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_rule__saved_by_two__without_scripts__the_second_is_told(page_without_scripts: Page) -> None:
    page, rule = page_without_scripts, make_rule()
    page.goto(f"/admin/suggestions/rule/{rule.pk}/change/")
    Rule.objects.update(priority=7)

    page.locator("#id_category").fill("Fuel")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Somebody else has saved the rule since you opened it")).to_be_visible()
    expect(page.locator("#id_category")).to_have_value("Fuel")
    assert Rule.objects.get().priority == 7
