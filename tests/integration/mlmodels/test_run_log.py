"""The log of a run: what happened, in order, and nothing of any transaction."""

import time
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection

from mlmodels.models import TrainingRun, TrainingRunLine
from mlmodels.training import run_log, runs, trainer
from mlmodels.training.runs import RunRequest

pytestmark = pytest.mark.django_db


def texts(run: TrainingRun) -> list[str]:
    return [line.text for line in run_log.lines_after(run.pk)]


@pytest.mark.django_db(transaction=True)
def test_training__that_passes__tells_who_asked_what_was_learned_and_what_came_of_it() -> None:
    by = User.objects.create_user("olga")
    run = runs.request_run(RunRequest(requested_by=by, limit=400, reason="before the holidays"))

    version = trainer.execute(run.pk, lambda _stage, _share: None)

    lines = texts(run)
    assert lines[0] == "Asked for by hand: before the holidays of olga, for the newest 400 examples."
    assert lines[1] == "A worker has taken it; attempt 1 of 3."
    assert lines[2] == "Reading."
    assert any(line.startswith("Learned from 400 examples of ") for line in lines)
    assert lines[-2:] == [f"Registered as {version}.", "The run has succeeded."]


@pytest.mark.django_db(transaction=True)
def test_training__impossible__tells_why() -> None:
    run = runs.request_run(RunRequest(limit=10))

    trainer.execute(run.pk, lambda _stage, _share: None)

    assert texts(run)[-1].startswith("The run has failed: 10 labelled transactions")


@pytest.mark.django_db(transaction=True)
def test_training__whose_run_was_given_to_another__writes_no_more_of_it(settings: Any) -> None:
    settings.MLMODELS_LEASE_SECONDS = 0.3
    run = runs.request_run(RunRequest())
    lost: list[str] = []

    def lose(stage: str, _share: float) -> None:
        if stage == "sealing" and not lost:
            lost.append(stage)
            TrainingRun.objects.filter(pk=run.pk).update(attempt=2)
            time.sleep(1)  # a beat finds it out

    with pytest.raises(runs.LeaseLost):
        trainer.execute(run.pk, lose)

    assert lost
    assert texts(run)[-1] == "Sealing."


def test_run__lost_and_stopped__tells_so() -> None:
    run = runs.request_run(RunRequest())
    held = runs.claim(run.pk)
    assert held
    runs.release(held)
    runs.claim(run.pk)
    TrainingRun.objects.update(lease_until="2020-01-01T00:00Z")

    runs.sweep_lost_runs()

    assert [line.split(";")[0] for line in texts(run)] == [
        "Asked for by hand.",
        "A worker has taken it",
        "The worker was told to stop",
        "A worker has taken it",
        "The worker went silent",
    ]


def test_run__lost_in_every_attempt__ends_its_log_with_its_failure() -> None:
    run = runs.request_run(RunRequest())
    for _ in range(runs.MAX_ATTEMPTS):
        runs.claim(run.pk)
        TrainingRun.objects.update(lease_until="2020-01-01T00:00Z")
        runs.sweep_lost_runs()

    lines = texts(run)
    assert lines[2] == "The worker went silent; the run is in the queue again."
    assert lines[-1] == "The run has failed: the worker went silent in each of 3 attempts."


def test_run__stopped_and_taken_again__is_the_same_attempt() -> None:
    run = runs.request_run(RunRequest())
    for _ in range(3):
        held = runs.claim(run.pk)
        assert held
        runs.release(held)

    runs.claim(run.pk)

    assert texts(run)[-1] == "A worker has taken it; attempt 1 of 3."


def test_pulse__whose_run_has_a_newer_attempt__writes_nothing_into_its_log() -> None:
    run = runs.request_run(RunRequest())
    held = runs.claim(run.pk)
    assert held
    TrainingRun.objects.update(lease_until="2020-01-01T00:00Z")
    runs.sweep_lost_runs()
    runs.claim(run.pk)

    trainer.Pulse(held).note("fitting", 0.5)

    assert texts(run)[-1] == "A worker has taken it; attempt 2 of 3."


def test_note__table_that_cannot_be_written__stops_no_run() -> None:
    run = runs.request_run(RunRequest())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE mlmodels_trainingrunline RENAME TO gone")

    assert runs.claim(run.pk)


def test_note__long_text__is_cut() -> None:
    run = runs.request_run(RunRequest())

    run_log.note(run.pk, "x" * 2_000)

    assert len(texts(run)[-1]) == 500


def test_command__log__prints_the_newest_run_or_the_one_asked_for() -> None:
    older = runs.request_run(RunRequest())
    TrainingRun.objects.update(status="succeeded")
    TrainingRunLine.objects.create(run=older, text="Done.")
    newer = runs.request_run(RunRequest())
    output = StringIO()

    call_command("models", "log", stdout=output)
    call_command("models", "log", str(older.pk), stdout=output)

    assert f"Training run {newer.pk}, by hand: Queued." in output.getvalue()
    assert "  Done.\n" in output.getvalue()
    with pytest.raises(CommandError, match="no such run"):
        call_command("models", "log", "99999")
