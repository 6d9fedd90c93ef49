from collections.abc import Callable
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from prometheus_client.registry import CollectorRegistry

from mlmodels import services, tasks
from mlmodels.domain.drift import DriftEvidence
from mlmodels.models import DriftReading, TrainingRun
from mlmodels.training import drift
from tests.registry_rows import make_champion

pytestmark = pytest.mark.django_db


def always_wrong(*, version_id: int, trained_at: datetime) -> DriftEvidence:
    steady = {"a": 500, "b": 500}
    return DriftEvidence(iter([False] * 100), {"categories": (steady, steady)})


def always_right(*, version_id: int, trained_at: datetime) -> DriftEvidence:
    return DriftEvidence(iter([True] * 100), {"categories": ({"a": 500, "b": 500}, {"a": 990, "b": 10})})


@pytest.fixture
def source(settings: Any) -> Callable[[Any], None]:
    def use(function: Any) -> None:
        settings.MLMODELS_DRIFT_SOURCE = f"{__name__}.{function.__name__}"

    return use


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    ids: list[int] = []
    monkeypatch.setattr(tasks, "publish", ids.append)
    return ids


def test_measure__no_champion__nothing() -> None:
    assert drift.measure() == []


def test_measure__twice__one_row_a_kind_with_the_latest_word(source: Any) -> None:
    make_champion()
    source(always_right)
    drift.measure()
    source(always_wrong)

    readings = drift.measure()

    assert {reading.kind: reading.is_drift for reading in readings} == {"outcomes": True, "categories": False}
    assert DriftReading.objects.count() == 2
    assert DriftReading.objects.get(kind="outcomes").rows == 100


def test_watch__drift__one_run_for_the_champion_that_says_why(source: Any, published: list[int]) -> None:
    champion = make_champion()
    source(always_wrong)
    tasks.watch()
    run = TrainingRun.objects.get()
    TrainingRun.objects.update(status="rejected")

    tasks.watch()

    assert TrainingRun.objects.count() == 1
    assert (run.kind, run.slot) == ("drift", f"v{champion.pk}")
    assert run.reason.startswith("right less often than on the hold-out: right in 0.0 % of 100 labels")
    assert published == [run.pk]


@pytest.mark.parametrize(
    ("is_wanted", "function"),
    [pytest.param(False, always_wrong, id="switched off"), pytest.param(True, None, id="nothing moved")],
)
def test_watch__no_reason__no_run(
    is_wanted: bool, function: Any, source: Any, settings: Any, published: list[int]
) -> None:
    make_champion()
    settings.MLMODELS_TRAIN_ON_DRIFT = is_wanted
    if function is not None:
        source(function)

    tasks.watch()

    assert not TrainingRun.objects.exists()
    assert DriftReading.objects.exists()


def test_collector__drift__a_share_of_its_limit(source: Any) -> None:
    registry = CollectorRegistry()
    registry.register(services.metrics_collector())
    make_champion()
    source(always_right)

    drift.measure()

    reading = DriftReading.objects.get(kind="categories")
    assert registry.get_sample_value("lm_ml_drift", {"kind": "outcomes"}) == 0
    assert registry.get_sample_value("lm_ml_drift", {"kind": "categories"}) == pytest.approx(
        reading.value / reading.limit
    )


def test_command__drift__says_what_was_found(source: Any) -> None:
    output = StringIO()
    call_command("models", "drift", stdout=output)
    make_champion()
    source(always_wrong)

    call_command("models", "drift", stdout=output)

    lines = output.getvalue().splitlines()
    assert lines[0] == "No champion, so nothing to measure."
    assert lines[1].startswith("outcomes    DRIFT")
    assert lines[2].startswith("categories  steady")
