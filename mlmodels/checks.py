"""Prove this app's settings when the process starts."""

import importlib.util
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from mlmodels import conf
from mlmodels.learning.cluster import PACKAGES

SHORTEST_LEASE_SECONDS = 10
LONGEST_LEASE_SECONDS = 3_600


@register()
def check_sources(**_kwargs: Any) -> list[CheckMessage]:
    """Require that the functions which the product gives exist."""
    sources: tuple[tuple[str, Callable[[], object], str], ...] = (
        ("MLMODELS_TRAINING_SOURCE", conf.training_source, "labelled_examples(*, limit)"),
        ("MLMODELS_ACTIVITY_SOURCE", conf.activity_source, "label_activity(*, since)"),
        ("MLMODELS_DRIFT_SOURCE", conf.drift_source, "drift_evidence(*, version_id, trained_at)"),
    )
    return [error for name, load, form in sources for error in _check_source(name, load, form)]


def _check_source(name: str, load: Callable[[], object], form: str) -> list[CheckMessage]:
    value = getattr(settings, name)
    try:
        source = load()
    except ImportError as error:
        return [
            Error(
                f"{name} names {value!r}, which cannot be imported: {error}.",
                hint=f"Name a function `{form}` by its dotted path.",
                id="mlmodels.E001",
            )
        ]
    if callable(source):
        return []
    return [Error(f"{name} names {value!r}, which is no function.", id="mlmodels.E001")]


@register()
def check_after_passing(**_kwargs: Any) -> list[CheckMessage]:
    """Require a known word."""
    if settings.MLMODELS_AFTER_PASSING in conf.AFTER_PASSING_CHOICES:
        return []
    return [
        Error(
            f"MLMODELS_AFTER_PASSING is {settings.MLMODELS_AFTER_PASSING!r}.",
            hint=f"Set it to one of: {', '.join(conf.AFTER_PASSING_CHOICES)}.",
            id="mlmodels.E002",
        )
    ]


@register()
def check_auto_promote(**_kwargs: Any) -> list[CheckMessage]:
    """Warn of the variable that MLMODELS_AFTER_PASSING has replaced: who wrote "never" may rely on it."""
    value = settings.MLMODELS_AUTO_PROMOTE
    if not value:
        return []
    return [
        Warning(
            f"MLMODELS_AUTO_PROMOTE is {value!r}, which has no effect any more.",
            hint="Remove it, and set MLMODELS_AFTER_PASSING: candidate for what was never, champion-if-none "
            "(the default) for what was first.",
            id="mlmodels.W001",
        )
    ]


@register()
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


@register()
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


@register()
def check_dask_scheduler(**_kwargs: Any) -> list[CheckMessage]:
    """Require an address of a scheduler, and the packages that speak with it."""
    address = settings.MLMODELS_DASK_SCHEDULER
    if not address:
        return []
    if not re.fullmatch(r"(tcp|tls)://[^/]+:[0-9]+", address):
        hint = "Set it to an address such as tcp://scheduler:8786."
        return [Error(f"MLMODELS_DASK_SCHEDULER is {address!r}.", hint=hint, id="mlmodels.E011")]
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if not missing:
        return []
    return [
        Error(
            f"MLMODELS_DASK_SCHEDULER is set, and {', '.join(missing)} cannot be imported.",
            hint="pip install --no-deps --require-hashes -r requirements-dask.txt",
            id="mlmodels.E012",
        )
    ]


@register()
def check_gate(**_kwargs: Any) -> list[CheckMessage]:
    """Require thresholds that some model can pass and some model cannot."""
    shares = ("MLMODELS_GATE_MIN_F1_MACRO", "MLMODELS_GATE_MIN_CATEGORY_F1", "MLMODELS_GATE_F1_MARGIN")
    errors: list[CheckMessage] = [
        Error(f"{name} is {getattr(settings, name)}.", hint="Set it to between 0 and 1.", id="mlmodels.E006")
        for name in shares
        if not 0 <= getattr(settings, name) < 1
    ]
    if settings.MLMODELS_GATE_MAX_AGE_DAYS < 0:
        hint = "Set it to a number of days; 0 means that age is not judged."
        errors.append(Error("MLMODELS_GATE_MAX_AGE_DAYS is below 0.", hint=hint, id="mlmodels.E007"))
    return errors


@register()
def check_keep_versions(**_kwargs: Any) -> list[CheckMessage]:
    """Require that a version just trained is not dropped at once."""
    if settings.MLMODELS_KEEP_VERSIONS >= 1:
        return []
    return [Error("MLMODELS_KEEP_VERSIONS is below 1.", hint="Set it to 1 or more.", id="mlmodels.E008")]


@register()
def check_triggers(**_kwargs: Any) -> list[CheckMessage]:
    """Require a number of labels, or none, and a tolerance that a drop can exceed."""
    errors: list[CheckMessage] = []
    if settings.MLMODELS_TRAIN_AFTER_LABELS < 0:
        hint = "Set it to a number of labels; 0 means that their number starts no training."
        errors.append(Error("MLMODELS_TRAIN_AFTER_LABELS is below 0.", hint=hint, id="mlmodels.E009"))
    if not 0 <= settings.MLMODELS_DRIFT_TOLERANCE < 1:
        hint = "Set it to a share of the suggestions, such as 0.02."
        value = settings.MLMODELS_DRIFT_TOLERANCE
        errors.append(Error(f"MLMODELS_DRIFT_TOLERANCE is {value}.", hint=hint, id="mlmodels.E010"))
    return errors
