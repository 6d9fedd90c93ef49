"""Read this app's settings with their types."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal, Protocol, cast, get_args

from django.conf import settings
from django.utils.module_loading import import_string

from mlmodels.domain.activity import Activity
from mlmodels.domain.drift import DriftEvidence
from mlmodels.domain.evaluation.gate import GateThresholds
from mlmodels.domain.types import LabelledExample
from mlmodels.learning.options import TrainingOptions

AfterPassing = Literal["candidate", "challenger", "champion-if-none"]
AFTER_PASSING_CHOICES: tuple[AfterPassing, ...] = get_args(AfterPassing)


class TrainingSource(Protocol):
    """A function that streams labelled examples in ascending (date, id) order."""

    def __call__(self, *, limit: int | None) -> Iterator[LabelledExample]:
        """Yield the examples; with a limit only the newest."""


def training_source() -> TrainingSource:
    """Return the function that MLMODELS_TRAINING_SOURCE names.

    Raises:
        ImportError: it cannot be imported.
    """
    return cast(TrainingSource, _named(settings.MLMODELS_TRAINING_SOURCE))


class ActivitySource(Protocol):
    """A function that counts what has come in since a moment."""

    def __call__(self, *, since: datetime | None) -> Activity:
        """Count since then; None for all there is."""


def activity_source() -> ActivitySource:
    """Return the function that MLMODELS_ACTIVITY_SOURCE names.

    Raises:
        ImportError: it cannot be imported.
    """
    return cast(ActivitySource, _named(settings.MLMODELS_ACTIVITY_SOURCE))


class DriftSource(Protocol):
    """A function that tells what has come in since a version was trained."""

    def __call__(self, *, version_id: int, trained_at: datetime) -> DriftEvidence:
        """Return the outcomes of the version, and what comes in beside what came in before."""


def drift_source() -> DriftSource:
    """Return the function that MLMODELS_DRIFT_SOURCE names.

    Raises:
        ImportError: it cannot be imported.
    """
    return cast(DriftSource, _named(settings.MLMODELS_DRIFT_SOURCE))


def training_options() -> TrainingOptions:
    """Return how a training goes in this installation."""
    return TrainingOptions(
        minimum_examples=settings.MLMODELS_MIN_TRAINING_EXAMPLES,
        threads=settings.MLMODELS_TRAINING_THREADS,
        gate=gate_thresholds(),
        dask_scheduler=settings.MLMODELS_DASK_SCHEDULER,
    )


def gate_thresholds() -> GateThresholds:
    """Return what this installation demands of a model."""
    return GateThresholds(
        min_f1_macro=settings.MLMODELS_GATE_MIN_F1_MACRO,
        min_category_f1=settings.MLMODELS_GATE_MIN_CATEGORY_F1,
        f1_margin=settings.MLMODELS_GATE_F1_MARGIN,
        max_age_days=settings.MLMODELS_GATE_MAX_AGE_DAYS,
    )


def lease() -> timedelta:
    """Return how long a worker may be silent before its run is given to another."""
    return timedelta(seconds=settings.MLMODELS_LEASE_SECONDS)


def after_passing() -> AfterPassing:
    """Return what a version becomes by itself once it has passed gate and validation."""
    return cast(AfterPassing, settings.MLMODELS_AFTER_PASSING)


def keep_versions() -> int:
    """Return how many old versions keep their artifacts."""
    return int(settings.MLMODELS_KEEP_VERSIONS)


def train_after_labels() -> int:
    """Return after how many new labels a training is asked for; 0: never for that."""
    return int(settings.MLMODELS_TRAIN_AFTER_LABELS)


def is_trained_on_drift() -> bool:
    """Tell whether drift of the champion asks for a training."""
    return bool(settings.MLMODELS_TRAIN_ON_DRIFT)


def drift_tolerance() -> float:
    """Return how far accuracy may lie below the hold-out's before it is drift."""
    return float(settings.MLMODELS_DRIFT_TOLERANCE)


def _named(path: str) -> object:
    found: object = import_string(path)
    return found
