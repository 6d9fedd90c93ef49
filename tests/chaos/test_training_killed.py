"""Kill and freeze real trainers; whatever happens, a run ends once and registers at most one version."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from mlmodels import services, tasks
from mlmodels.models import ModelVersion, TrainingRun
from mlmodels.training import runs
from tests.labelled_history import store_labelled_history
from tests.running import database_url

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 60.0
WORKER = "import django, sys; django.setup(); from mlmodels import tasks; tasks.train(int(sys.argv[1]))"


@pytest.fixture
def run() -> TrainingRun:
    store_labelled_history(12_000)
    return services.request_run(services.RunRequest())


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "lmsuggest.settings")
    started = []

    def run_python(*arguments: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen([sys.executable, *arguments], cwd=settings.BASE_DIR)
        started.append(process)
        return process

    yield run_python
    for process in started:
        process.kill()
        process.wait()


def until(is_so: Callable[[], bool]) -> None:
    over_at = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < over_at, "waited for too long"
        time.sleep(0.01)


def is_running(run: TrainingRun) -> bool:
    run.refresh_from_db()
    return run.status == "running"


def expire_lease(run: TrainingRun) -> None:
    TrainingRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_gone(pid: int) -> bool:
    try:
        return state_of(pid) == "Z"
    except FileNotFoundError:
        return True


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def is_frozen_between_transactions(pid: int) -> bool:
    os.kill(pid, signal.SIGSTOP)
    until(lambda: state_of(pid) == "T")
    if not is_any_in_a_transaction():
        return True
    os.kill(pid, signal.SIGCONT)
    return False


def is_any_in_a_transaction() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone() is not None


def test_trainer__killed_while_it_trains__the_next_one_finishes(
    run: TrainingRun, start: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    trainer = start("manage.py", "models", "run-training", str(run.pk))
    until(lambda: is_running(run))
    trainer.kill()
    trainer.wait()
    assert ModelVersion.objects.count() == 0

    expire_lease(run)
    assert runs.sweep_lost_runs() == 1
    tasks.train(run.pk)

    run.refresh_from_db()
    assert (run.status, run.attempt) == ("succeeded", 2)
    assert ModelVersion.objects.count() == 1


def test_trainer__killed_three_times__the_run_fails_as_lost(
    run: TrainingRun, start: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    for _ in range(3):
        trainer = start("manage.py", "models", "run-training", str(run.pk))
        until(lambda: is_running(run))
        trainer.kill()
        trainer.wait()
        expire_lease(run)
        runs.sweep_lost_runs()

    run.refresh_from_db()
    assert (run.status, run.failure_code) == ("failed", "lost")
    assert ModelVersion.objects.count() == 0
    assert services.request_run(services.RunRequest()).pk != run.pk


def test_worker__killed__its_trainer_dies_with_it(
    run: TrainingRun, start: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    worker = start("-c", WORKER, str(run.pk))
    until(lambda: is_running(run))
    (trainer,) = children_of(worker.pid)

    worker.kill()
    worker.wait()

    until(lambda: is_gone(trainer))
    run.refresh_from_db()
    assert run.status == "running"  # until its lease ends
    assert ModelVersion.objects.count() == 0


def test_trainer__frozen_beyond_its_lease_and_thawed__registers_nothing(
    run: TrainingRun, start: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    zombie = start("manage.py", "models", "run-training", str(run.pk))
    until(lambda: is_running(run))
    until(lambda: is_frozen_between_transactions(zombie.pid))  # else its lock of the run stops the next one
    expire_lease(run)
    runs.sweep_lost_runs()
    tasks.train(run.pk)

    os.kill(zombie.pid, signal.SIGCONT)

    assert zombie.wait(timeout=PATIENCE_SECONDS) == 1
    run.refresh_from_db()
    assert (run.status, run.attempt) == ("succeeded", 2)
    assert ModelVersion.objects.count() == 1
    assert connection.is_usable()
