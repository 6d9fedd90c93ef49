"""Rules as people use them: try, heed a warning, go back; and the playground."""

import pytest
from playwright.sync_api import Page, expect

from suggestions.models import Rule
from tests.builders import make_client, make_rule, make_transaction

pytestmark = pytest.mark.django_db(transaction=True)

RULES = "/admin/suggestions/rule/"


def fill_rule(page: Page, pattern: str) -> None:
    page.get_by_label("Name", exact=False).first.fill("Coffee")
    page.locator("#id_pattern").fill(pattern)
    page.locator("#id_category").fill("Restaurants")


def follow_the_journey(page: Page) -> None:
    make_transaction(make_client(), category="Restaurants")
    page.goto(f"{RULES}add/")
    fill_rule(page, "tim hortons")

    page.get_by_role("button", name="Try").click()
    expect(page.get_by_text("It matches 1 of the newest 1 transactions.")).to_be_visible()
    assert page.url.endswith("#trial")
    assert not Rule.objects.exists()

    page.locator("#id_pattern").fill("store")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("stands in lines of very many merchants")).to_be_visible()
    assert not Rule.objects.exists()
    page.get_by_label("Save it all the same").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#result_list").get_by_role("link", name="Coffee")).to_be_visible()
    assert Rule.objects.get().pattern == "store"


def test_rule__tried_warned_of_and_saved(page: Page) -> None:
    follow_the_journey(page)


def test_rule__tried_warned_of_and_saved__without_scripts(page_without_scripts: Page) -> None:
    follow_the_journey(page_without_scripts)


def test_rule__changed_and_reverted__is_what_it_was(page: Page) -> None:
    rule = make_rule(category="Coffee")
    page.goto(f"{RULES}{rule.pk}/change/")
    page.locator("#id_category").fill("Fuel")
    page.get_by_role("button", name="Save and continue editing").click()

    page.get_by_role("link", name="Revert").click()
    page.get_by_label("Reason").fill("it was right before")
    page.get_by_role("button", name="Revert").click()

    expect(page.get_by_text("is again what it was before that change")).to_be_visible()
    assert Rule.objects.get().category == "Coffee"


def test_playground__pasted_transaction__is_answered(page: Page) -> None:
    make_client(name="budget app")
    make_rule()
    page.get_by_role("link", name="Playground").click()

    page.get_by_label("Description").fill("TIM HORTONS #12")
    page.get_by_label("Amount").fill("-4.50")
    page.get_by_label("User id").fill("user-1")
    page.get_by_role("button", name="Try it").click()

    expect(page.locator("#played")).to_have_text("Restaurants (0.80)")
    assert "TIM" not in page.url
