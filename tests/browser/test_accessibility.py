"""Every kind of page before axe-core, in light and in dark, on a desk and on a phone, dialogs open."""

import pytest
from playwright.sync_api import Page, expect

from suggestions.models import RolloutChange
from suggestions.rollout import set_percentage
from tests.browser.axe import violations
from tests.registry_rows import make_champion, make_version

pytestmark = pytest.mark.django_db(transaction=True)

# One list stands for all lists on a phone: they are made by the same templates.
ONE_OF_ITS_KIND = "/admin/suggestions/suggestionevent/"


def faults(page: Page) -> dict[str, list[str]]:
    page.emulate_media(reduced_motion="reduce")
    found = {}
    for scheme in ("light", "dark"):
        # The theme asks the system only while a page opens.
        page.evaluate("(dark) => document.documentElement.classList.toggle('dark', dark)", scheme == "dark")
        found[scheme] = violations(page)
    return {scheme: those for scheme, those in found.items() if those}


def faults_of(page: Page, addresses: list[str]) -> dict[str, dict[str, list[str]]]:
    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = faults(page)
    return {address: those for address, those in found.items() if those}


def is_list(address: str) -> bool:
    return address.count("/") == 4 and address not in {"/admin/suggestions/rollout/", ONE_OF_ITS_KIND}


def open_canary() -> None:
    set_percentage(2_500, by=None, reason="a start", origin=RolloutChange.Origin.COMMAND)


def test_page__on_a_desk__keeps_nobody_out(page: Page, addresses: list[str]) -> None:
    assert faults_of(page, addresses) == {}


def test_page__on_a_phone__keeps_nobody_out(phone: Page, addresses: list[str]) -> None:
    assert faults_of(phone, [one for one in addresses if not is_list(one)]) == {}


def test_login__keeps_nobody_out(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/admin/login/")

    assert faults(page) == {}


@pytest.mark.parametrize("address", ["/admin/", "/admin/suggestions/rollout/"])
def test_roll_back__while_it_asks__keeps_nobody_out(page: Page, address: str) -> None:
    open_canary()
    page.goto(address)

    page.get_by_role("link", name="Roll back to rules").click()
    expect(page.get_by_role("dialog")).to_be_visible()

    assert faults(page) == {}


def test_promote__while_it_asks__keeps_nobody_out(page: Page) -> None:
    make_champion()
    version = make_version()
    page.goto(f"/admin/mlmodels/modelversion/{version.pk}/change/")

    page.get_by_role("link", name=f"Promote v{version.pk}").click()
    expect(page.get_by_role("dialog")).to_be_visible()

    assert faults(page) == {}


def test_filters_and_menu__opened_on_a_phone__keep_nobody_out(phone: Page) -> None:
    phone.goto(ONE_OF_ITS_KIND)

    phone.get_by_role("button", name="Filters").click()
    expect(phone.get_by_role("button", name="Apply Filters")).to_be_visible()
    with_filters = faults(phone)
    phone.keyboard.press("Escape")
    phone.get_by_role("button", name="Show or hide the menu").click()
    expect(phone.get_by_role("navigation").first).to_be_visible()

    assert (with_filters, faults(phone)) == ({}, {})
