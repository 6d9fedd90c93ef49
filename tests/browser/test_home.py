"""Home as people use it: the preset, its effect in users, saving, the way down and up again."""

import re

import pytest
from playwright.sync_api import Page, expect

from suggestions.evidence.rollups import fold_events
from suggestions.models import RolloutChange
from suggestions.rollout import read_rollout
from tests.browser.test_rollout import add_users, open_canary
from tests.integration.admin.comparing import make_comparisons
from tests.ramp_evidence import set_policy
from tests.registry_rows import make_champion

pytestmark = pytest.mark.django_db(transaction=True)


def tab_to(page: Page, name: str, *, role: str = "button", presses: int = 80) -> None:
    """Reach a control as somebody without a mouse does."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    for _ in range(presses):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{presses} presses of Tab do not reach {name}")


def test_home__preset_save_roll_back_and_the_way_up__by_keyboard_alone(page: Page) -> None:
    make_champion()
    add_users(20)
    page.goto("/admin/")

    tab_to(page, "10 %")
    page.keyboard.press("Enter")
    expect(page.locator("#rollout_effect")).to_have_text(
        "After saving: about 2 of 20 recent users served by the model, about 2 more than now."
    )
    tab_to(page, "Reason", role="textbox")
    page.keyboard.type("a trial by keyboard")
    tab_to(page, "Raise past the gates", role="checkbox")
    page.keyboard.press("Space")
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("Home"))
    expect(page.locator("#rollout-state")).to_contain_text("10 % of users, about 2 of 20, are served")
    after_save = read_rollout().percentage

    page.goto("/admin/")
    tab_to(page, "Roll back to rules", role="link")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Roll back now")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#rollout-state")).to_contain_text("Everybody is served by the rules")
    page.goto("/admin/")

    expect(page.locator("#way-up")).to_contain_text("let an admin raise it")
    expect(page.locator("#recommended")).to_contain_text("Collect: about 300 comparisons")
    assert (after_save, read_rollout().percentage) == (1_000, 0)
    assert RolloutChange.objects.latest("version").reason.startswith("Precaution")


def test_home__recommended_roll_back__opens_the_same_question(page: Page) -> None:
    make_champion()
    set_policy(watches=False)
    open_canary(2_500)
    make_comparisons(20, state="model_error", fallback="timeout")
    page.goto("/admin/")

    page.locator("#recommended").get_by_role("link", name="Roll back").click()
    page.get_by_role("dialog").get_by_role("button", name="Roll back now").click()

    expect(page.locator("#rollout-state")).to_contain_text("Everybody is served by the rules")
    assert read_rollout().percentage == 0


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("device", ["page", "phone"])
def test_home__with_figures__fits_and_draws_the_chart(
    request: pytest.FixtureRequest, device: str, colours: str
) -> None:
    page: Page = request.getfixturevalue(device)
    make_champion()
    make_comparisons(90, 10, hours=30)
    page.goto("/admin/")
    page.evaluate("dark => document.documentElement.classList.toggle('dark', dark)", colours == "dark")

    expect(page.get_by_role("img", name="Agreement 90.0 %")).to_be_visible()
    drawn = page.locator("canvas.chart").evaluate(
        "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
    )

    assert drawn
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


def test_home__without_scripts__has_the_table_for_the_chart(page_without_scripts: Page) -> None:
    page = page_without_scripts
    make_champion()
    make_comparisons(90, 10)
    fold_events()  # as beat does
    page.goto("/admin/")

    expect(page.locator("canvas.chart")).to_be_hidden()
    page.get_by_text("The same as a table").click()

    expect(page.get_by_role("region", name="Agreement by day")).to_contain_text("90.0 %")
