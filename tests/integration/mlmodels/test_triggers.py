import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from mlmodels import tasks
from mlmodels.domain.drift import DriftEvidence
from mlmodels.models import TrainingRun
from mlmodels.training import triggers
from tests.registry_rows import make_champion, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    ids: list[int] = []
    monkeypatch.setattr(tasks, "publish", ids.append)
    return ids


@pytest.fixture(autouse=True)
def ninety_new_labels(settings: Any) -> None:
    settings.MLMODELS_ACTIVITY_SOURCE = "tests.examples.ninety_labels"


@pytest.mark.parametrize(
    ("wanted", "is_due"),
    [
        pytest.param(0, False, id="switched off"),
        pytest.param(91, False, id="one short"),
        pytest.param(90, True, id="enough"),
    ],
)
def test_due_requests__new_labels__asked_for_from_the_number_on(
    settings: Any, wanted: int, is_due: bool
) -> None:
    settings.MLMODELS_TRAIN_AFTER_LABELS = wanted

    assert [request.kind for request in triggers.due_requests()] == (["labels"] if is_due else [])


def test_watch__enough_labels__one_run_that_says_why_and_wakes_a_worker(
    settings: Any, published: list[int]
) -> None:
    settings.MLMODELS_TRAIN_AFTER_LABELS = 50
    earlier = make_run(status="rejected")

    tasks.watch()

    run = TrainingRun.objects.latest("pk")
    assert (run.kind, run.reason) == ("labels", f"90 new labels since run {earlier.pk}")
    assert published == [run.pk]


def broken(*, version_id: int, trained_at: datetime) -> DriftEvidence:
    raise RuntimeError("no evidence to be had")


def test_watch__drift_cannot_be_measured__the_labels_count_all_the_same(
    settings: Any, published: list[int]
) -> None:
    make_champion()
    settings.MLMODELS_TRAIN_AFTER_LABELS = 50
    settings.MLMODELS_DRIFT_SOURCE = f"{__name__}.broken"

    with pytest.raises(RuntimeError):
        tasks.watch()

    assert TrainingRun.objects.get().kind == "labels"


def test_watch__a_training_under_way__left_alone(settings: Any, published: list[int]) -> None:
    settings.MLMODELS_TRAIN_AFTER_LABELS = 50
    make_run(status="running")

    tasks.watch()

    assert TrainingRun.objects.count() == 1
    assert published == []


@pytest.mark.django_db(transaction=True)
def test_watch__eight_beats_at_once__one_run(settings: Any, published: list[int]) -> None:
    settings.MLMODELS_TRAIN_AFTER_LABELS = 50
    barrier = threading.Barrier(8)

    def beat(_: int) -> None:
        try:
            barrier.wait(timeout=10)
            tasks.watch()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(beat, range(8)))

    assert TrainingRun.objects.count() == 1
