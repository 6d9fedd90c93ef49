"""Celery tasks: they wake work that stands in the database, and own none of it."""

import os
import subprocess
import sys
import threading

import structlog
from celery import shared_task
from django.conf import settings
from django.db import connection, transaction

from mlmodels.models import TrainingRun
from mlmodels.training import runs, triggers

log = structlog.get_logger(__name__)

REPUBLISH_AFTER_SECONDS = 15


@shared_task(name="mlmodels.tasks.train", ignore_result=True)
def train(run_id: int, **_kwargs: object) -> None:
    """Train for a run in a child process, so that this worker's memory and threads stay clean."""
    child = subprocess.run(
        [
            sys.executable,
            str(settings.BASE_DIR / "manage.py"),
            *("models", "run-training", str(run_id), "--parent", str(os.getpid())),
        ],
        env=os.environ | {"OMP_NUM_THREADS": str(settings.MLMODELS_TRAINING_THREADS)},
        stdin=subprocess.DEVNULL,
        check=False,
    )
    log.info("training_run.child_ended", run_id=run_id, returncode=child.returncode)


@shared_task(name="mlmodels.tasks.sweep", ignore_result=True)
def sweep(**_kwargs: object) -> None:
    """Give silent workers' runs to others, and wake workers for runs that nobody has taken."""
    lost = runs.sweep_lost_runs()
    if lost:
        log.warning("training_run.lost", count=lost)
    for run_id in runs.waiting_run_ids(longer_than_seconds=REPUBLISH_AFTER_SECONDS):
        publish(run_id)


@shared_task(name="mlmodels.tasks.train_on_schedule", ignore_result=True)
def train_on_schedule(**_kwargs: object) -> None:
    """Ask for the training of the day; the same day's second request is the first one's run."""
    _request(runs.RunRequest(kind=TrainingRun.Kind.SCHEDULED, slot=_today()))


@shared_task(name="mlmodels.tasks.watch", ignore_result=True)
def watch(**_kwargs: object) -> None:
    """Ask for a training where new labels or drift call for one."""
    for request in triggers.due_requests():
        _request(request)


def _request(request: runs.RunRequest) -> None:
    try:
        run = runs.request_run(request)
    except runs.TrainingInProgress as error:
        log.info("training_run.request_skipped", run_id=error.run_id, kind=request.kind)
        return
    if run.status == TrainingRun.Status.QUEUED:
        publish(run.pk)
    else:
        log.info("training_run.slot_was_used", run_id=run.pk, kind=run.kind, slot=run.slot, status=run.status)


def publish(run_id: int) -> threading.Thread:
    """Wake a worker for a run after commit, without ever waiting for the broker.

    A message that is not delivered is made good by `sweep`. The thread is returned for those who may wait.
    """
    sender = threading.Thread(target=_send, args=(run_id,), name=f"publish-run-{run_id}", daemon=True)
    transaction.on_commit(sender.start)
    return sender


def publish_waiting(run_id: int) -> None:
    """Wake a worker for a run if it waits for one, as one does that was taken from a silent worker."""
    if TrainingRun.objects.filter(pk=run_id, status=TrainingRun.Status.QUEUED).exists():
        publish(run_id)


def _send(run_id: int) -> None:
    try:
        train.apply_async(kwargs={"run_id": run_id}, retry=False, ignore_result=True)
    except Exception as error:
        # Whatever the broker does, the run stands in the database and the sweep finds it.
        log.warning("training_run.publish_failed", run_id=run_id, error=type(error).__name__)


def _today() -> str:
    # The database's day: hosts' clocks may differ, and two of them must mean the same slot.
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_DATE")
        return str(cursor.fetchone()[0])
