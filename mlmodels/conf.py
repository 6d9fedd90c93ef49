"""Read this app's settings with their types."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from mlmodels.domain.types import LabelledExample
from mlmodels.training import TrainingOptions

AUTO_PROMOTE_CHOICES = ("first", "never")


class TrainingSource(Protocol):
    """A function that streams labelled examples in ascending (date, id) order."""

    def __call__(self, *, limit: int | None) -> Iterator[LabelledExample]:
        """Yield the examples; with a limit only the newest."""


def training_source() -> TrainingSource:
    """Return the function that MLMODELS_TRAINING_SOURCE names.

    Raises:
        ImportError: it cannot be imported.
    """
    return cast(
        TrainingSource, cast(Callable[[str], object], import_string)(settings.MLMODELS_TRAINING_SOURCE)
    )


def training_options() -> TrainingOptions:
    """Return how a training goes in this installation."""
    return TrainingOptions(
        minimum_examples=settings.MLMODELS_MIN_TRAINING_EXAMPLES, threads=settings.MLMODELS_TRAINING_THREADS
    )


def lease() -> timedelta:
    """Return how long a worker may be silent before its run is given to another."""
    return timedelta(seconds=settings.MLMODELS_LEASE_SECONDS)


def is_first_promoted() -> bool:
    """Tell whether a passing version becomes champion by itself while there is none."""
    return bool(settings.MLMODELS_AUTO_PROMOTE == "first")
