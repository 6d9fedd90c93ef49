"""Do the work of a training run: claim it, train, validate, register; alone or not at all."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import structlog
from django.db import Error as DatabaseFailure
from django.db import connection

from mlmodels import conf
from mlmodels.domain.figures import to_decimal, to_percent
from mlmodels.learning.cluster import ClusterUnavailable
from mlmodels.learning.options import Progress, TrainingImpossible
from mlmodels.learning.training import TrainedModel, train
from mlmodels.learning.validation import validate
from mlmodels.models import ModelVersion
from mlmodels.training import run_log, runs
from mlmodels.training.comparing import champion_to_beat
from mlmodels.versions import registry, retention
from mlmodels.versions.changing import RegistryRefused

log = structlog.get_logger(__name__)

HEARTBEATS_A_LEASE = 6
FIRST_PROMOTION_REASON = "first version that passed the gate"
CHALLENGE_REASON = "it passed the gate (MLMODELS_AFTER_PASSING=challenger)"


class RunNotClaimed(Exception):
    """The run is not queued: another worker has it, or it is over."""


class Pulse:
    """Keep a claim alive from a thread of its own, and remember when it was lost."""

    def __init__(self, held: runs.Claim) -> None:
        self._held = held
        self._stage, self._share = "starting", 0.0
        self._stopped = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="training-pulse", daemon=True)

    def note(self, stage: str, share: float) -> None:
        """Take note of how far the work is.

        Raises:
            LeaseLost: another worker has the run; stop working.
        """
        if self._lost.is_set():
            raise runs.LeaseLost(f"run {self._held.run_id}, attempt {self._held.attempt}")
        if stage != self._stage:
            run_log.note(self._held.run_id, f"{stage.capitalize()}.", attempt=self._held.attempt)
        self._stage, self._share = stage, share

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beat for as long as the block runs."""
        self._thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._stopped.wait(conf.lease().total_seconds() / HEARTBEATS_A_LEASE):
                self._beat_once()
        finally:
            connection.close()

    def _beat_once(self) -> None:
        try:
            runs.keep_alive(self._held, stage=self._stage, progress=int(100 * self._share))
        except runs.LeaseLost:
            self._lost.set()
            self._stopped.set()
        except DatabaseFailure:
            # A database that is back before the lease ends has missed nothing; the next beat tries again.
            connection.close()
            log.warning("training_run.beat_failed", run_id=self._held.run_id)


def execute(run_id: int, on_progress: Progress) -> ModelVersion | None:
    """Train for a queued run and return the version made; None where the run failed, its row says why.

    Raises:
        RunNotClaimed: the run is not queued.
        LeaseLost: the run was given to another worker meanwhile; nothing was registered.
    """
    held = runs.claim(run_id)
    if held is None:
        raise RunNotClaimed(f"run {run_id} is not queued")
    pulse = Pulse(held)
    log.info("training_run.started", run_id=run_id, attempt=held.attempt)
    with pulse.beating():
        try:
            return _make_version(held, _both(pulse.note, on_progress))
        except runs.LeaseLost:
            raise
        except KeyboardInterrupt:
            runs.release(held)
            raise
        except TrainingImpossible as error:
            runs.fail(held, code=error.code, detail=error.detail)
            log.warning("training_run.failed", run_id=run_id, code=error.code)
        except ClusterUnavailable as error:
            runs.fail(held, code="no_cluster", detail=str(error))
            log.warning("training_run.failed", run_id=run_id, code="no_cluster")
        except Exception as error:
            # The message may quote a transaction; the type and the log's traceback lead to the cause.
            runs.fail(
                held, code="error", detail=f"{type(error).__name__}; the worker's log has the traceback"
            )
            raise
    return None


def _make_version(held: runs.Claim, progress: Progress) -> ModelVersion:
    examples = conf.training_source()(limit=held.limit)
    known_until = conf.activity_source()(since=None).newest_on
    options = replace(conf.training_options(), known_until=known_until)
    model = train(examples, options, progress, champion_to_beat())
    progress("validating", 0.97)
    run_log.note(held.run_id, _told(model), attempt=held.attempt)
    registration = registry.Registration(model, validate(model.artifact.data, model.artifact.sha256))
    progress("registering", 0.99)
    refusal = registration.refusal
    if refusal:
        code = refusal.split(":")[0]
        version = runs.reject(held, lambda: _register(registration, held), code=code, detail=refusal)
    else:
        version = runs.finish(held, lambda: _register(registration, held))
    failed = registration.model.gate.failed_names
    log.info(
        "training_run.ended", run_id=held.run_id, version=version.pk, status=version.status, failed=failed
    )
    _prune()
    return version


def _told(model: TrainedModel) -> str:
    metrics = model.metrics
    verdict = "passed the gate" if model.gate.passed else f"refused by the gate ({model.gate.refusal})"
    return (
        f"Learned from {metrics['refit_size']:,} examples of {metrics['classes']} categories; on the newest "
        f"{metrics['val_size']:,} accuracy {to_percent(metrics['val_accuracy'])}, "
        f"macro F1 {to_decimal(metrics['val_f1_macro'])}; {verdict}."
    )


def _prune() -> None:
    try:
        retention.prune(keep=conf.keep_versions(), origin=registry.Origin.TRAINING)
    except (DatabaseFailure, RegistryRefused) as error:
        # The run is over and well; the next one prunes as well.
        log.warning("model_version.prune_failed", error=type(error).__name__)


def _register(registration: registry.Registration, held: runs.Claim) -> ModelVersion:
    version = registry.register(registration, training_run_id=held.run_id)
    run_log.note(held.run_id, f"Registered as {version}.")
    return version if registration.refusal else _advanced(version)


def _advanced(version: ModelVersion) -> ModelVersion:
    policy = conf.after_passing()
    try:
        if policy == "champion-if-none" and registry.champion_ref() is None:
            return registry.promote(
                version.pk,
                by=None,
                reason=FIRST_PROMOTION_REASON,
                expected_champion=registry.NO_CHAMPION,
                origin=registry.Origin.TRAINING,
            )
        if policy == "challenger":
            return registry.challenge(version.pk, reason=CHALLENGE_REASON)
    except RegistryRefused as refusal:
        # Somebody was faster; the version stays a candidate and the run a success.
        log.warning("model_version.not_advanced", version=version.pk, detail=refusal.detail)
    return version


def _both(first: Callable[[str, float], None], second: Callable[[str, float], None]) -> Progress:
    def note(stage: str, share: float) -> None:
        first(stage, share)
        second(stage, share)

    return note
