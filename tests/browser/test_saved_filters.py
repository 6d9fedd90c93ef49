"""A filter is saved, found again above the list and deleted, with scripts, without, and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.builders import make_client, make_event, make_transaction

pytestmark = pytest.mark.django_db(transaction=True)

EVENTS = "/admin/suggestions/suggestionevent/"


def save_and_delete(page: Page) -> None:
    make_event(make_transaction(make_client(name="budget app")))
    page.goto(f"{EVENTS}?source__exact=rule")
    page.locator("summary", has_text="Save this filter").click()
    page.get_by_label("Name of the filter").fill("by <b>rules</b>")
    page.get_by_role("button", name="Save", exact=True).click()

    page.goto(EVENTS)
    page.get_by_role("link", name="by <b>rules</b>").click()

    page.wait_for_url(f"**{EVENTS}?source__exact=rule")
    page.locator("summary", has_text="Manage saved filters").click()
    page.get_by_role("button", name="Share with everybody by <b>rules</b>").click()
    expect(page.get_by_role("link", name="by <b>rules</b> shared")).to_be_visible()
    page.locator("summary", has_text="Manage saved filters").click()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Delete by <b>rules</b>").click()
    expect(page.get_by_role("link", name="by <b>rules</b>")).to_have_count(0)


def test_saved_filter__from_saving_to_deleting(page: Page) -> None:
    save_and_delete(page)


def test_saved_filter__from_saving_to_deleting__without_scripts(page_without_scripts: Page) -> None:
    save_and_delete(page_without_scripts)


def test_saved_filter__from_saving_to_deleting__on_a_phone(phone: Page) -> None:
    save_and_delete(phone)
