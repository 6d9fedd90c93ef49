"""The journeys without a mouse: every control is reached, dialogs close and give the focus back."""

import pytest
from playwright.sync_api import Locator, Page, expect

from suggestions.models import RolloutChange
from suggestions.rollout import set_percentage
from tests.builders import make_client, make_event, make_transaction
from tests.registry_rows import make_champion, make_version

pytestmark = pytest.mark.django_db(transaction=True)

WATCH = """document.addEventListener("focusin", (event) => event.target.setAttribute("data-reached", ""))"""
MISSED = """
() => [...document.querySelectorAll(
    "#main :is(a[href], button, input, select, textarea, summary, [x-on\\\\:click])"
)].filter((one) => one.checkVisibility() && !one.matches(":disabled, [type=hidden], [data-reached]"))
  .map((one) => one.outerHTML.slice(0, 160))
"""
JOURNEYS = [
    "/admin/",
    "/admin/suggestions/rollout/",
    "/admin/suggestions/suggestionevent/disagreements/",
    "/admin/suggestions/suggestionevent/",
    "/admin/suggestions/rule/add/",
    "/admin/suggestions/transaction/playground/",
    "/admin/mlmodels/modelversion/",
]
MOST_STEPS = 250


def open_canary() -> None:
    set_percentage(2_500, by=None, reason="a start", origin=RolloutChange.Origin.COMMAND)


def press_until_focused(page: Page, control: Locator, key: str = "Tab") -> None:
    for _ in range(MOST_STEPS):
        if control.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail(f"{key} never reaches {control}")


@pytest.mark.parametrize("address", JOURNEYS)
def test_tab__through_a_page__reaches_every_control(page: Page, address: str) -> None:
    open_canary()
    row = make_transaction(make_client())
    make_event(row, state="disagree", model_category="Fuel", model_confidence=0.7)
    make_champion()
    page.goto(address)
    page.evaluate(WATCH)

    rounds = 0
    while rounds < 2:  # a field that has the focus at the start is in the middle of the first one
        page.keyboard.press("Tab")
        rounds += page.evaluate("document.activeElement === document.body")

    assert page.evaluate(MISSED) == []


def test_skip_link__first_of_all__leads_past_the_menu(page: Page) -> None:
    page.goto("/admin/suggestions/rollout/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('#content') !== null")


def test_skip_link__without_scripts__is_there(page_without_scripts: Page) -> None:
    page = page_without_scripts
    page.goto("/admin/suggestions/rollout/")

    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()


def test_roll_back__opened_by_a_key_and_escaped__gives_the_focus_back(page: Page) -> None:
    open_canary()
    page.goto("/admin/")
    opener = page.get_by_role("link", name="Roll back to rules")

    press_until_focused(page, opener)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_promote__by_keys_alone__changes_the_champion(page: Page) -> None:
    make_champion()
    version = make_version()
    page.goto(f"/admin/mlmodels/modelversion/{version.pk}/change/")
    opener = page.get_by_role("link", name=f"Promote v{version.pk}")

    press_until_focused(page, opener)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    press_until_focused(page, page.get_by_role("dialog").get_by_label("Reason"), "Shift+Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("by keys alone")
    page.keyboard.press("Enter")

    expect(page.get_by_text(f"v{version.pk} is champion.")).to_be_visible()


def test_filters__by_keys_alone__open_narrow_and_close(page: Page) -> None:
    row = make_transaction(make_client())
    make_event(row)
    page.goto("/admin/suggestions/suggestionevent/")
    opener = page.get_by_role("button", name="Filters filter_list")

    press_until_focused(page, opener)
    page.keyboard.press("Enter")
    expect(page.locator("#changelist-filter :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#changelist-filter :focus")).to_have_count(1)
    press_until_focused(page, page.get_by_role("button", name="Apply Filters"))
    page.keyboard.press("Enter")

    page.wait_for_url("**/suggestionevent/?**")


def test_menu__on_a_phone__opens_by_a_key(phone: Page) -> None:
    phone.goto("/admin/")

    press_until_focused(phone, phone.get_by_role("button", name="Show or hide the menu"))
    phone.keyboard.press("Enter")

    expect(phone.get_by_role("link", name="Playground")).to_be_visible()
