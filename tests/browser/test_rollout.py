"""The rollout as people use it: slider, presets, reason, the way down."""

import pytest
from playwright.sync_api import Page, expect

from suggestions.models import RolloutChange
from suggestions.rollout import read_rollout, set_percentage
from tests.builders import make_client, make_transaction
from tests.registry_rows import make_champion

pytestmark = pytest.mark.django_db(transaction=True)

ROLLOUT = "/admin/suggestions/rollout/"


def open_canary(percentage: int) -> None:
    set_percentage(percentage, by=None, reason="a start", origin=RolloutChange.Origin.COMMAND)


def add_users(count: int) -> None:
    client = make_client()
    for number in range(count):
        make_transaction(client, user_id=f"user-{number}")


def test_rollout__slider_to_ten_percent_with_a_reason__is_served_from_then_on(page: Page) -> None:
    make_champion()
    add_users(20)

    page.locator("#nav-sidebar").get_by_role("link", name="Rollout").click()
    slider = page.get_by_role("slider", name="Percentage, as a slider")
    slider.focus()
    for _ in range(20):  # half a percent a step
        page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Percentage of users served by the model")).to_have_value("10")
    expect(page.locator("#rollout_effect")).to_have_text(
        "After saving: about 2 of 20 recent users served by the model, about 2 more than now."
    )
    page.get_by_label("Reason", exact=True).first.fill("a trial of the slider")
    page.get_by_label("Raise past the gates").check()
    page.get_by_role("button", name="Save").click()

    expect(page.locator("#rollout-state")).to_contain_text(
        "10 % of users, about 2 of 20, are served by the model"
    )
    assert read_rollout().percentage == 1_000


def test_rollout__preset_and_number__stay_together(page: Page) -> None:
    page.goto(ROLLOUT)
    number = page.get_by_label("Percentage of users served by the model")

    page.get_by_role("button", name="25 %").click()
    expect(number).to_have_value("25")
    expect(page.get_by_role("button", name="25 %")).to_have_attribute("aria-pressed", "true")
    number.fill("2.5")

    expect(page.get_by_role("slider")).to_have_value("2.5")
    expect(page.get_by_role("button", name="25 %")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("start", ["/admin/", ROLLOUT])
def test_roll_back__one_click_and_confirm__serves_rules(page: Page, start: str) -> None:
    open_canary(2_500)
    page.goto(start)

    page.get_by_role("link", name="Roll back to rules").click()
    dialog = page.get_by_role("dialog", name="Roll back to rules?")
    expect(dialog.get_by_role("button", name="Roll back now")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#rollout-state")).to_contain_text("Everybody is served by the rules")
    expect(page.get_by_role("button", name="Roll back to rules")).to_be_disabled()
    assert read_rollout().percentage == 0


@pytest.mark.parametrize("how", ["escape", "cancel"])
def test_roll_back__thought_better_of__changes_nothing(page: Page, how: str) -> None:
    open_canary(2_500)
    page.goto(ROLLOUT)

    page.get_by_role("link", name="Roll back to rules").click()
    if how == "escape":
        page.keyboard.press("Escape")
    else:
        page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_role("dialog")).to_be_hidden()
    assert read_rollout().percentage == 2_500


def test_without_scripts__number_field_and_page_of_the_question__do_the_same(
    page_without_scripts: Page,
) -> None:
    page = page_without_scripts
    page.goto(ROLLOUT)

    expect(page.get_by_role("slider")).to_be_hidden()
    page.get_by_label("Percentage of users served by the model").fill("2.5")
    page.get_by_label("Reason", exact=True).first.fill("a trial without scripts")
    page.get_by_label("Raise past the gates").check()
    page.get_by_role("button", name="Save").click()
    after_save = read_rollout().percentage
    page.get_by_role("link", name="Roll back to rules").click()
    page.get_by_role("button", name="Roll back now").click()

    expect(page.locator("#rollout-state")).to_contain_text("Everybody is served by the rules")
    assert (after_save, read_rollout().percentage) == (250, 0)
