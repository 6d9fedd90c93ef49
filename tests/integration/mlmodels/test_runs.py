import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.db import connection
from django.utils import timezone

from mlmodels.models import TrainingRun, TrainingRunLine
from mlmodels.training import runs
from mlmodels.training.runs import KeyReused, LeaseLost, RunRequest, TrainingInProgress

pytestmark = pytest.mark.django_db
Result = TypeVar("Result")


def requested(**values: Any) -> TrainingRun:
    return runs.request_run(RunRequest(**values))


def claimed() -> runs.Claim:
    held = runs.claim(requested().pk)
    assert held is not None
    return held


def expire(held: runs.Claim) -> None:
    TrainingRun.objects.filter(pk=held.run_id).update(lease_until=timezone.now() - timedelta(seconds=1))


def state(run_id: int) -> TrainingRun:
    return TrainingRun.objects.get(pk=run_id)


def at_once(times: int, act: Callable[[], Result]) -> list[Result]:
    barrier = threading.Barrier(times)

    def one(_: int) -> Result:
        try:
            barrier.wait(timeout=10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=times) as pool:
        return list(pool.map(one, range(times)))


def test_request_run__nothing_under_way__queued() -> None:
    run = requested(limit=500)

    assert (run.status, run.limit, run.kind, run.attempt) == ("queued", 500, "manual", 0)


@pytest.mark.parametrize("limit", [0, -1, 2**31, 2**32 + 5])
def test_request_run__limit_that_no_column_holds__is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 2,147,483,647"):
        requested(limit=limit)

    assert not TrainingRun.objects.exists()


def test_request_run__another_queued_or_running__in_progress_with_its_id() -> None:
    run = requested()
    with pytest.raises(TrainingInProgress) as queued:
        requested()
    runs.claim(run.pk)
    with pytest.raises(TrainingInProgress) as running:
        requested(idempotency_key="another")

    assert queued.value.run_id == running.value.run_id == run.pk
    assert TrainingRun.objects.count() == 1


def test_request_run__the_other_is_over__queued() -> None:
    held = claimed()
    runs.fail(held, code="error", detail="")

    assert requested().pk != held.run_id


def test_request_run__same_key__the_same_run_also_when_it_is_over() -> None:
    first = requested(idempotency_key="k")
    again = requested(idempotency_key="k")
    held = runs.claim(first.pk)
    assert held is not None
    runs.fail(held, code="error", detail="")
    later = requested(idempotency_key="k")

    assert first == again == later


def test_request_run__same_key_for_another_limit__is_refused() -> None:
    requested(idempotency_key="k", limit=500)

    with pytest.raises(KeyReused):
        requested(idempotency_key="k", limit=501)


def test_request_run__same_slot__the_same_run() -> None:
    first = requested(kind="scheduled", slot="2026-03-01")

    assert requested(kind="scheduled", slot="2026-03-01") == first


@pytest.mark.django_db(transaction=True)
def test_request_run__many_at_once__one_run_and_the_others_told_its_id() -> None:
    def request() -> tuple[str, int]:
        try:
            return "made", requested().pk
        except TrainingInProgress as error:
            return "refused", error.run_id

    outcomes = at_once(8, request)

    run = TrainingRun.objects.get()
    assert sorted(outcomes) == [("made", run.pk)] + [("refused", run.pk)] * 7


@pytest.mark.django_db(transaction=True)
def test_request_run__many_with_one_key_at_once__all_get_the_same_run() -> None:
    ids = at_once(8, lambda: requested(idempotency_key="k").pk)

    assert len(set(ids)) == 1
    assert TrainingRun.objects.count() == 1


def test_claim__queued__running_with_a_lease() -> None:
    held = claimed()

    run = state(held.run_id)
    assert (run.status, run.attempt, held.attempt) == ("running", 1, 1)
    assert run.lease_until is not None
    assert run.lease_until > timezone.now()
    assert run.started_at is not None


def test_claim__second_wake_up_or_unknown_run__none() -> None:
    held = claimed()

    assert runs.claim(held.run_id) is None
    assert runs.claim(held.run_id + 1) is None


@pytest.mark.django_db(transaction=True)
def test_claim__many_at_once__one_gets_it() -> None:
    run = requested()

    claims = at_once(8, lambda: runs.claim(run.pk))

    assert [held.attempt for held in claims if held] == [1]
    assert state(run.pk).attempt == 1


def test_keep_alive__holder__longer_lease_and_progress() -> None:
    held = claimed()
    expire(held)

    runs.keep_alive(held, stage="fitting", progress=40)

    run = state(held.run_id)
    assert (run.stage, run.progress) == ("fitting", 40)
    assert run.lease_until is not None
    assert run.lease_until > timezone.now()


def test_sweep__live_lease__nothing() -> None:
    held = claimed()

    assert runs.sweep_lost_runs() == 0
    assert state(held.run_id).status == "running"


def test_sweep__expired_lease__queued_again_until_the_third_attempt_then_lost() -> None:
    held = claimed()
    run_id = held.run_id
    seen = []
    for _ in range(3):
        expire(held)
        assert runs.sweep_lost_runs() == 1
        seen.append((state(run_id).status, state(run_id).attempt))
        again = runs.claim(run_id)
        held = again or held

    run = state(run_id)
    assert seen == [("queued", 1), ("queued", 2), ("failed", 3)]
    assert run.failure_code == "lost"
    assert run.finished_at is not None


def test_sweep__run_that_was_released_often__has_all_its_attempts_left() -> None:
    held = claimed()
    for _ in range(5):
        runs.release(held)
        again = runs.claim(held.run_id)
        assert again is not None
        held = again
    expire(held)

    runs.sweep_lost_runs()

    run = state(held.run_id)
    assert (run.status, run.attempt, run.tries) == ("queued", 6, 1)


@pytest.mark.django_db(transaction=True)
def test_sweep__many_at_once__one_takes_the_run_and_says_so_once() -> None:
    held = claimed()
    expire(held)

    assert sorted(at_once(4, runs.sweep_lost_runs)) == [0, 0, 0, 1]
    assert TrainingRunLine.objects.filter(text__startswith="The worker went silent").count() == 1


def test_request_run__worker_silent_for_the_last_time__a_new_one() -> None:
    held = claimed()
    TrainingRun.objects.update(attempt=runs.MAX_ATTEMPTS)
    expire(held)

    assert requested().pk != held.run_id
    assert state(held.run_id).failure_code == "lost"


def test_request_run__worker_silent__its_run_is_queued_again() -> None:
    held = claimed()
    expire(held)

    with pytest.raises(TrainingInProgress):
        requested()

    assert state(held.run_id).status == "queued"


def test_is_silent__lease_passed__until_it_is_swept() -> None:
    held = claimed()
    alive = runs.is_silent(state(held.run_id))
    expire(held)
    passed = runs.is_silent(state(held.run_id))
    runs.sweep_lost_runs()

    assert (alive, passed, runs.is_silent(state(held.run_id))) == (False, True, False)


def test_release__told_to_stop__queued_for_another() -> None:
    held = claimed()

    runs.release(held)

    assert state(held.run_id).status == "queued"
    again = runs.claim(held.run_id)
    assert again is not None
    assert again.attempt == 2


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda held: runs.keep_alive(held, stage="x", progress=1), id="keep-alive"),
        pytest.param(lambda held: runs.finish(held, lambda: requested(limit=1)), id="finish"),
        pytest.param(
            lambda held: runs.reject(held, lambda: requested(limit=1), code="gate", detail=""), id="reject"
        ),
        pytest.param(lambda held: runs.fail(held, code="x", detail=""), id="fail"),
        pytest.param(runs.release, id="release"),
    ],
)
def test_fencing__the_run_has_a_newer_attempt__refused_and_nothing_written(
    act: Callable[[runs.Claim], object],
) -> None:
    zombie = claimed()
    expire(zombie)
    runs.sweep_lost_runs()
    runs.claim(zombie.run_id)
    before = TrainingRun.objects.values().get()

    with pytest.raises(LeaseLost):
        act(zombie)

    assert TrainingRun.objects.values().get() == before


def test_finish__the_write_fails__the_run_stays_open() -> None:
    held = claimed()

    def write() -> None:
        raise ValueError("disk")

    with pytest.raises(ValueError, match="disk"):
        runs.finish(held, write)

    assert state(held.run_id).status == "running"


def test_waiting_run_ids__only_those_queued_for_long() -> None:
    run = requested()

    assert runs.waiting_run_ids(longer_than_seconds=15) == []
    TrainingRun.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(seconds=16))
    assert runs.waiting_run_ids(longer_than_seconds=15) == [run.pk]
    runs.claim(run.pk)
    assert runs.waiting_run_ids(longer_than_seconds=15) == []


def test_progress_of__failed_run__says_why() -> None:
    held = claimed()
    runs.fail(held, code="insufficient_data", detail="3 labelled transactions")

    report = runs.progress_of(state(held.run_id))

    assert report["status"] == "failed"
    assert (report["kind"], report["reason"]) == ("manual", "")
    assert report["failure"] == {"code": "insufficient_data", "detail": "3 labelled transactions"}
    assert report["finished_at"] is not None
    assert "model_version" not in report
