"""Make one change of the registry: the rows it locks, what refuses it, and why it is made."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q, QuerySet

from audit import log
from mlmodels.models import ModelVersion

CHANGED_MEANWHILE = "Champion or challenger was changed by somebody else just now; look and try again."
_LOCKED_BY_OTHERS = "Somebody else is changing champion or challenger just now; try again in a moment."
_LOCK_STATES = frozenset({"55P03", "40P01"})
"""PostgreSQL's codes for a lock that was not to be had in time, and for a deadlock."""


class RegistryRefused(Exception):
    """A version cannot become, or stop being, what was asked; `detail` says why and what to do."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@contextmanager
def one_change() -> Iterator[None]:
    """Make all of a change or none of it.

    Raises:
        RegistryRefused: somebody else makes one at the same moment, or it cannot be logged.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        # The database allows one champion and one challenger: of two changes at once the later is refused.
        raise RegistryRefused(CHANGED_MEANWHILE) from error
    except OperationalError as error:
        if not _is_locked_by_others(error):
            raise
        raise RegistryRefused(_LOCKED_BY_OTHERS) from error
    except log.LogUnavailable as error:
        raise RegistryRefused(f"Not done: {error}.") from error


def locked(rows: Q) -> QuerySet[ModelVersion]:
    """Return versions without their bytes, locked from the lowest id up: in one order, so that none deadlock.

    Events that refer to them can still be written.
    """
    return ModelVersion.objects.select_for_update(no_key=True).defer("artifact").filter(rows).order_by("pk")


def unknown(version_id: int) -> RegistryRefused:
    """Return the refusal for a version that is not there."""
    return RegistryRefused(
        f"There is no version {version_id}; `manage.py models list` shows those there are."
    )


def stated(reason: str) -> str:
    """Return the reason as it is stored.

    Raises:
        RegistryRefused: it is missing.
    """
    if not reason.strip():
        raise RegistryRefused(f"{log.NO_REASON.capitalize()}.")
    return reason.strip()[:500]


def _is_locked_by_others(error: OperationalError) -> bool:
    cause = error.__cause__
    is_sqlite_busy = getattr(cause, "sqlite_errorname", "") == "SQLITE_BUSY"
    return is_sqlite_busy or getattr(cause, "sqlstate", "") in _LOCK_STATES
