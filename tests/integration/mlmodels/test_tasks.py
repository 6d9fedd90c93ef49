import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from django.db import connection
from django.utils import timezone
from structlog.testing import capture_logs

from lmsuggest.celery import app
from mlmodels import services, tasks
from mlmodels.models import ModelVersion, TrainingRun
from mlmodels.training import runs
from tests.labelled_history import store_labelled_history
from tests.running import database_url

PATIENCE_SECONDS = 60.0


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    ids: list[int] = []
    monkeypatch.setattr(tasks, "publish", ids.append)
    return ids


def today_of_the_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_DATE")  # that of the start of the transaction, which is the test's
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_train_on_schedule__same_day_twice__one_run(published: list[int]) -> None:
    tasks.train_on_schedule()
    tasks.train_on_schedule()

    run = TrainingRun.objects.get()
    assert (run.kind, run.slot) == ("scheduled", today_of_the_database())
    assert set(published) == {run.pk}


@pytest.mark.django_db
def test_train_on_schedule__todays_is_over__nothing(published: list[int]) -> None:
    tasks.train_on_schedule()
    held = runs.claim(TrainingRun.objects.get().pk)
    assert held is not None
    runs.fail(held, code="error", detail="")

    with capture_logs() as logged:
        tasks.train_on_schedule()

    assert TrainingRun.objects.count() == 1
    assert len(published) == 1
    assert [(line["event"], line["run_id"], line["status"]) for line in logged] == [
        ("training_run.slot_was_used", held.run_id, "failed")
    ]


@pytest.mark.django_db
def test_train_on_schedule__a_training_by_hand_under_way__left_alone(published: list[int]) -> None:
    services.request_run(services.RunRequest())

    tasks.train_on_schedule()

    assert TrainingRun.objects.count() == 1
    assert published == []


@pytest.mark.django_db
def test_sweep__queued_for_long__published_again(published: list[int]) -> None:
    run = services.request_run(services.RunRequest())
    tasks.sweep()
    assert published == []

    TrainingRun.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(minutes=1))
    tasks.sweep()

    assert published == [run.pk]


@pytest.mark.django_db
def test_sweep__worker_gone_silent__queued_and_published_again(published: list[int]) -> None:
    run = services.request_run(services.RunRequest())
    runs.claim(run.pk)
    long_ago = timezone.now() - timedelta(minutes=1)
    TrainingRun.objects.filter(pk=run.pk).update(lease_until=long_ago, created_at=long_ago)

    tasks.sweep()

    run.refresh_from_db()
    assert run.status == "queued"
    assert published == [run.pk]


PUBLISH = """
import time, django
django.setup()
from mlmodels import tasks
started = time.monotonic()
tasks.publish(1)
print(time.monotonic() - started)
print(time.monotonic())
"""


@pytest.fixture(params=["refused", "frozen"])
def broken_broker(request: pytest.FixtureRequest) -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if request.param == "frozen":
            listener.listen()  # accepts in the kernel, and never says a word
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def test_publish__broker_does_not_answer__returns_at_once_and_lets_the_process_end(
    broken_broker: str,
) -> None:
    child = subprocess.run(
        [sys.executable, "-c", PUBLISH],
        env=os.environ
        | {
            "REDIS_URL": broken_broker,
            "DATABASE_URL": "sqlite://:memory:",
            "DJANGO_SETTINGS_MODULE": "lmsuggest.settings",
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )

    ended = time.monotonic()  # the same clock in every process of a machine
    returned_after, returned = map(float, child.stdout.splitlines()[-2:])
    assert returned_after < 2  # a frozen one costs whoever waits for it ten seconds
    assert ended - returned < 8


@pytest.mark.django_db(transaction=True)
def test_train__through_a_real_broker_and_worker__registers_a_champion(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    store_labelled_history(400)
    monkeypatch.setenv("DATABASE_URL", database_url())
    run = services.request_run(services.RunRequest())

    with start_worker(app, pool="solo", queues=["training"], perform_ping_check=False, shutdown_timeout=30):
        tasks.publish(run.pk)
        over_at = time.monotonic() + PATIENCE_SECONDS
        while run.status in ("queued", "running") and time.monotonic() < over_at:
            time.sleep(0.1)
            run.refresh_from_db()

    assert (run.status, run.failure_code) == ("succeeded", "")
    assert ModelVersion.objects.get().status == "champion"
