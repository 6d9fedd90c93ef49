"""What every action of `manage.py models` is given, and the version that it names."""

from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError, OutputWrapper

from mlmodels.models import ModelVersion

Options = dict[str, Any]
Act = Callable[[Options, OutputWrapper], None]


def version_named(pk: int) -> ModelVersion:
    """Return the version.

    Raises:
        CommandError: there is none of that number.
    """
    version = ModelVersion.objects.filter(pk=pk).first()
    if version is None:
        raise CommandError(f"There is no version {pk}; `manage.py models list` shows those there are.")
    return version
