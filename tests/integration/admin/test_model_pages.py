"""Versions and training runs in the admin: what their pages show, and the page that trains."""

import pytest
from django.utils import timezone

from mlmodels.models import DriftReading, TrainingRun
from tests.integration.admin.console import Console, messages_of
from tests.registry_rows import make_champion, make_run, make_version

pytestmark = pytest.mark.django_db

VERSIONS = "/admin/mlmodels/modelversion/"
RUNS = "/admin/mlmodels/trainingrun/"
REASON = {"reason": "better on groceries"}


def test_version_page__shows_figures_weakest_category_first_and_conditions(analyst: Console) -> None:
    version = make_version()

    page = analyst.browser.get(f"{VERSIONS}{version.pk}/change/").content.decode()

    assert "91.0 %" in page
    assert "0.875" in page
    assert "12,345" in page
    assert page.index("<td>Groceries</td>") < page.index("<td>Fuel</td>")
    assert "Knows enough categories" in page
    assert version.sha256 in page
    assert "Promote v" not in page


def test_version_page__old_row_without_figures__still_opens(admin: Console) -> None:
    version = make_version(metrics={}, gate={})

    page = admin.browser.get(f"{VERSIONS}{version.pk}/change/").content.decode()

    assert "Nothing was measured by category." in page


def test_versions_page__drift_of_the_champion__shown_with_its_verdict(analyst: Console) -> None:
    found = {
        "limit": 1.3,
        "rows": 120,
        "detail": "right in 70.0 % of 120 labels",
        "measured_at": timezone.now(),
    }
    DriftReading.objects.create(version=make_champion(), kind="outcomes", value=2.0, **found)
    DriftReading.objects.create(version=make_version(), kind="amounts", value=0.0, **found)

    page = analyst.browser.get(VERSIONS).content.decode()

    assert "right in 70.0 % of 120 labels" in page
    assert "right less often than on the hold-out" in page
    assert "other amounts than before" not in page


def test_train_now__operator__queues_a_run_in_their_name_and_leads_to_it(operator: Console) -> None:
    answer = operator.browser.post(f"{RUNS}train/")

    run = TrainingRun.objects.get()
    assert (run.status, run.requested_by) == ("queued", operator.user)
    assert answer.headers["Location"] == f"{RUNS}{run.pk}/change/"


def test_train_now__while_a_run_is_open__names_it_and_starts_none(operator: Console) -> None:
    run = make_run(status="running", progress=40)

    answer = operator.browser.post(f"{RUNS}train/")

    assert f"Run {run.pk} is not over yet" in messages_of(answer)[0]
    assert answer.headers["Location"] == f"{RUNS}{run.pk}/change/"
    assert TrainingRun.objects.count() == 1


def test_run_page__open__shows_trigger_and_progress_and_looks_again(analyst: Console) -> None:
    run = make_run(
        status="running", progress=40, stage="fitting", kind="labels", reason="90 new labels so far"
    )

    page = analyst.browser.get(f"{RUNS}{run.pk}/change/").content.decode()

    assert "Started after new labels: 90 new labels so far." in page
    assert 'aria-valuenow="40"' in page
    assert 'http-equiv="refresh"' in page


def test_run_page__failed__shows_why_and_stays(analyst: Console) -> None:
    run = make_run(status="failed", failure_code="insufficient_data", failure_detail="only 3 examples")

    page = analyst.browser.get(f"{RUNS}{run.pk}/change/").content.decode()

    assert "only 3 examples" in page
    assert 'http-equiv="refresh"' not in page


def test_runs_page__analyst__is_not_offered_a_training(analyst: Console) -> None:
    assert "Train now" not in analyst.browser.get(RUNS).content.decode()
