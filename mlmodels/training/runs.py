"""Lead a training run through its life, by the database's clock: requested, claimed, kept alive, closed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from mlmodels.conf import lease
from mlmodels.models import TrainingRun
from mlmodels.training import run_log

LARGEST_LIMIT = 2**31 - 1
MAX_ATTEMPTS = 3
"""So often a run may be tried; attempts that a worker gave back do not count."""

_QUEUED_AGAIN: Final[dict[str, Any]] = {
    "status": TrainingRun.Status.QUEUED,
    "stage": "waiting",
    "progress": 0,
    "lease_until": None,
}

Result = TypeVar("Result")


class TrainingInProgress(Exception):
    """Another training is not over yet."""

    def __init__(self, run_id: int) -> None:
        super().__init__(f"training run {run_id} is not over yet")
        self.run_id = run_id


class KeyReused(Exception):
    """The idempotency key stands for a request that asked for something else."""


class LeaseLost(Exception):
    """The run was given to another worker, or is over: what this one has done no longer counts."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a run, until another attempt begins."""

    run_id: int
    attempt: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What a training was asked for with."""

    requested_by: User | None = None
    limit: int | None = None
    idempotency_key: str | None = None
    kind: str = TrainingRun.Kind.MANUAL
    slot: str | None = None
    reason: str = ""
    """Why it was asked for, where nobody did."""


def request_run(request: RunRequest) -> TrainingRun:
    """Return a queued run, or the one that the same key or slot has made before.

    A run whose worker is silent is taken from it first, and is over where its attempts are used up.
    The caller wakes a worker with `tasks.publish`.

    Raises:
        TrainingInProgress: another run is not over yet.
        KeyReused: the key has made a run with another limit.
        ValueError: the limit is outside 1…2³¹−1.
    """
    if request.limit is not None and not 1 <= request.limit <= LARGEST_LIMIT:
        raise ValueError(f"the limit has to be from 1 to {LARGEST_LIMIT:,}")
    sweep_lost_runs()
    for _ in range(3):
        earlier = _same_request(request)
        if earlier is not None:
            if earlier.limit != request.limit:
                raise KeyReused(f"the key has made run {earlier.pk} with another limit")
            return earlier
        try:
            with transaction.atomic():
                return _create(request)
        except IntegrityError:
            # Lost a race for the key, the slot or the single flight; look again at what the winner wrote.
            open_id = (
                TrainingRun.objects.filter(status__in=TrainingRun.OPEN_STATUSES)
                .values_list("pk", flat=True)
                .first()
            )
            if open_id is not None and _same_request(request) is None:
                raise TrainingInProgress(open_id) from None
    raise TrainingInProgress(TrainingRun.objects.values_list("pk", flat=True).latest("pk"))


def claim(run_id: int) -> Claim | None:
    """Take a queued run; None when it is not queued any more, which a second wake-up makes normal."""
    with transaction.atomic():
        taken = TrainingRun.objects.filter(pk=run_id, status=TrainingRun.Status.QUEUED).update(
            status=TrainingRun.Status.RUNNING,
            attempt=F("attempt") + 1,
            lease_until=_lease_end(),
            started_at=Now(),
            stage="starting",
            progress=0,
        )
        if not taken:
            return None
        run = TrainingRun.objects.get(pk=run_id)
        run_log.note(run_id, f"A worker has taken it; attempt {run.tries} of {MAX_ATTEMPTS}.")
        return Claim(run.pk, run.attempt, run.limit)


def keep_alive(held: Claim, *, stage: str, progress: int) -> None:
    """Extend the lease and write down how far the work is.

    Raises:
        LeaseLost: another worker has the run.
    """
    _update(held, stage=stage[:40], progress=progress, lease_until=_lease_end())


def finish(held: Claim, write: Callable[[], Result]) -> Result:
    """Write a run's result and close it as succeeded in one transaction.

    Raises:
        LeaseLost: another worker has the run; nothing was written.
    """
    with transaction.atomic():
        _close(held, TrainingRun.Status.SUCCEEDED, progress=100)  # first: it locks the row and fences
        result = write()
        run_log.note(held.run_id, "The run has succeeded.")
        return result


def reject(held: Claim, write: Callable[[], Result], *, code: str, detail: str) -> Result:
    """Write a run's result and close it as refused in one transaction.

    Raises:
        LeaseLost: another worker has the run; nothing was written.
    """
    with transaction.atomic():
        _close(
            held, TrainingRun.Status.REJECTED, progress=100, failure_code=code, failure_detail=detail[:500]
        )
        result = write()
        run_log.note(held.run_id, f"The version was refused: {detail}.")
        return result


def fail(held: Claim, *, code: str, detail: str) -> None:
    """Close a run as failed.

    Raises:
        LeaseLost: another worker has the run.
    """
    with transaction.atomic():
        _close(held, TrainingRun.Status.FAILED, failure_code=code[:40], failure_detail=detail[:500])
        run_log.note(held.run_id, f"The run has failed: {detail}.")


def release(held: Claim) -> None:
    """Put a run back in the queue because this worker was told to stop.

    Raises:
        LeaseLost: another worker has the run.
    """
    with transaction.atomic():
        _update(held, released=F("released") + 1, **_QUEUED_AGAIN)
        run_log.note(held.run_id, "The worker was told to stop; the run is in the queue again.")


def sweep_lost_runs() -> int:
    """Queue the runs of silent workers again, or fail those that had their attempts; return how many."""
    return sum(_take_from_silent_worker(run) for run in _silent_runs())


def is_silent(run: TrainingRun) -> bool:
    """Tell whether a run's worker has let its lease pass, by the database's clock; nobody works on it."""
    return run.status == TrainingRun.Status.RUNNING and _silent_runs().filter(pk=run.pk).exists()


def waiting_run_ids(*, longer_than_seconds: int) -> list[int]:
    """Return the queued runs that nobody has taken for so long."""
    until = ExpressionWrapper(Now() - timedelta(seconds=longer_than_seconds), output_field=DateTimeField())
    return list(
        TrainingRun.objects.filter(status=TrainingRun.Status.QUEUED, created_at__lt=until).values_list(
            "pk", flat=True
        )
    )


def progress_of(run: TrainingRun) -> dict[str, object]:
    """Return how far a run is, as clients see it."""
    report: dict[str, object] = {
        "run_id": run.pk,
        "status": run.status,
        "kind": run.kind,
        "reason": run.reason,
        "stage": run.stage,
        "progress": run.progress,
        "created_at": _iso(run.created_at),
        "started_at": _iso(run.started_at),
        "finished_at": _iso(run.finished_at),
    }
    version = run.versions.values_list("pk", flat=True).first()
    if version is not None:
        report["model_version"] = version
    if run.failure_code:
        report["failure"] = {"code": run.failure_code, "detail": run.failure_detail}
    return report


def _create(request: RunRequest) -> TrainingRun:
    run = TrainingRun.objects.create(
        requested_by=request.requested_by,
        limit=request.limit,
        idempotency_key=request.idempotency_key,
        kind=request.kind,
        slot=request.slot,
        reason=request.reason[:200],
    )
    by = f" of {request.requested_by.get_username()}" if request.requested_by else ""
    of = f", for the newest {request.limit:,} examples" if request.limit else ""
    run_log.note(run.pk, f"Asked for {run.trigger}{by}{of}.")
    return run


def _same_request(request: RunRequest) -> TrainingRun | None:
    if request.idempotency_key:
        return TrainingRun.objects.filter(idempotency_key=request.idempotency_key).first()
    if request.slot:
        return TrainingRun.objects.filter(kind=request.kind, slot=request.slot).first()
    return None


def _silent_runs() -> QuerySet[TrainingRun]:
    return TrainingRun.objects.filter(status=TrainingRun.Status.RUNNING, lease_until__lt=Now())


def _take_from_silent_worker(run: TrainingRun) -> bool:
    """Tell whether it was this process that took the run: of several that sweep at once, one does."""
    if run.tries < MAX_ATTEMPTS:
        changes, line = _QUEUED_AGAIN, "The worker went silent; the run is in the queue again."
    else:
        detail = f"The worker went silent in each of {MAX_ATTEMPTS} attempts; its log says why."
        changes = {
            "status": TrainingRun.Status.FAILED,
            "failure_code": "lost",
            "failure_detail": detail,
            "lease_until": None,
            "finished_at": Now(),
        }
        line = f"The run has failed: the worker went silent in each of {MAX_ATTEMPTS} attempts."
    with transaction.atomic():
        taken = _silent_runs().filter(pk=run.pk, attempt=run.attempt).update(**changes)
        if taken:
            run_log.note(run.pk, line)
    return bool(taken)


def _close(held: Claim, status: TrainingRun.Status, **changes: Any) -> None:
    _update(held, status=status, lease_until=None, finished_at=Now(), stage="", **changes)


def _update(held: Claim, **changes: Any) -> None:
    mine = TrainingRun.objects.filter(pk=held.run_id, attempt=held.attempt, status=TrainingRun.Status.RUNNING)
    if not mine.update(**changes):
        raise LeaseLost(f"run {held.run_id}, attempt {held.attempt}")


def _lease_end() -> Combinable:
    return ExpressionWrapper(Now() + lease(), output_field=DateTimeField())


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
