"""Prove this app's settings when the process starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from mlmodels import conf

SHORTEST_LEASE_SECONDS = 10
LONGEST_LEASE_SECONDS = 3_600


@register(Tags.compatibility)
def check_training_source(**_kwargs: Any) -> list[CheckMessage]:
    """Require that the function which yields the examples exists."""
    name = settings.MLMODELS_TRAINING_SOURCE
    try:
        source: object = conf.training_source()
    except ImportError as error:
        return [
            Error(
                f"MLMODELS_TRAINING_SOURCE names {name!r}, which cannot be imported: {error}.",
                hint="Name a function `labelled_examples(*, limit)` by its dotted path.",
                id="mlmodels.E001",
            )
        ]
    if callable(source):
        return []
    return [Error(f"MLMODELS_TRAINING_SOURCE names {name!r}, which is no function.", id="mlmodels.E001")]


@register(Tags.compatibility)
def check_auto_promote(**_kwargs: Any) -> list[CheckMessage]:
    """Require a known word."""
    if settings.MLMODELS_AUTO_PROMOTE in conf.AUTO_PROMOTE_CHOICES:
        return []
    return [
        Error(
            f"MLMODELS_AUTO_PROMOTE is {settings.MLMODELS_AUTO_PROMOTE!r}.",
            hint=f"Set it to one of: {', '.join(conf.AUTO_PROMOTE_CHOICES)}.",
            id="mlmodels.E002",
        )
    ]


@register(Tags.compatibility)
def check_lease(**_kwargs: Any) -> list[CheckMessage]:
    """Require a lease that outlives a pause of the worker and ends while somebody still waits."""
    if SHORTEST_LEASE_SECONDS <= settings.MLMODELS_LEASE_SECONDS <= LONGEST_LEASE_SECONDS:
        return []
    return [
        Error(
            f"MLMODELS_LEASE_SECONDS is {settings.MLMODELS_LEASE_SECONDS}.",
            hint=f"Set it to between {SHORTEST_LEASE_SECONDS} and {LONGEST_LEASE_SECONDS}.",
            id="mlmodels.E003",
        )
    ]


@register(Tags.compatibility)
def check_training_sizes(**_kwargs: Any) -> list[CheckMessage]:
    """Require at least one thread and enough examples to hold some out."""
    errors: list[CheckMessage] = []
    if settings.MLMODELS_TRAINING_THREADS < 1:
        errors.append(
            Error("MLMODELS_TRAINING_THREADS is below 1.", hint="Set it to 1 or more.", id="mlmodels.E004")
        )
    if settings.MLMODELS_MIN_TRAINING_EXAMPLES < 20:
        errors.append(
            Error(
                "MLMODELS_MIN_TRAINING_EXAMPLES is below 20.",
                hint="Set it to 20 or more.",
                id="mlmodels.E005",
            )
        )
    return errors
