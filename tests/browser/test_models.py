"""Models as people use them: promote, roll back, train."""

import pytest
from playwright.sync_api import Page, expect

from mlmodels.models import TrainingRun
from tests.registry_rows import make_champion, make_version, status_of
from tests.version_facts import METRICS

pytestmark = pytest.mark.django_db(transaction=True)


def test_promote_and_roll_back__with_reasons__change_the_champion(page: Page) -> None:
    first, second = make_champion(), make_version()
    page.get_by_role("link", name="Versions").click()
    page.get_by_role("link", name=f"v{second.pk}").click()

    page.get_by_role("link", name=f"Promote v{second.pk}").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("better on groceries")
    page.get_by_role("dialog").get_by_role("button", name=f"Promote v{second.pk}").click()
    expect(page.get_by_text(f"v{second.pk} is champion.")).to_be_visible()
    after_promotion = (status_of(first), status_of(second))

    page.get_by_role("link", name="Roll back to the previous version").click()
    page.get_by_role("dialog").get_by_role("button", name="Roll back to the previous version").click()
    expect(page.get_by_text(f"v{first.pk} is champion.")).to_be_visible()

    assert after_promotion == ("archived", "champion")
    assert (status_of(first), status_of(second)) == ("champion", "archived")


def test_card__from_the_versions_page__draws_its_plot_and_is_downloaded(page: Page) -> None:
    version = make_champion(metrics=METRICS)
    page.goto(f"/admin/mlmodels/modelversion/{version.pk}/change/")

    page.get_by_role("link", name="Model card").click()
    expect(page.get_by_role("img", name="Calibration plot")).to_be_visible()
    page.get_by_role("region", name="Figures by category").focus()
    expect(page.get_by_role("region", name="Figures by category")).to_be_focused()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download Markdown").click()

    assert download.value.suggested_filename == f"model-card-v{version.pk}.md"
    assert "# Model card of" in download.value.path().read_text(encoding="utf-8")


def test_train_now__queues_a_run_whose_page_follows_it(page: Page) -> None:
    page.get_by_role("link", name="Training runs").click()

    page.get_by_role("button", name="Train now").click()
    expect(page.get_by_text("Waits for a worker.")).to_be_visible()
    TrainingRun.objects.update(status="running", stage="fitting", progress=55)

    expect(page.get_by_text("55 % done")).to_be_visible()
    expect(page.get_by_role("progressbar", name="Training")).to_have_attribute("aria-valuenow", "55")
    TrainingRun.objects.update(status="failed", failure_code="stopped", failure_detail="the test is over")
    expect(page.get_by_text("the test is over").first).to_be_visible()
