"""The app of the model machinery."""

import importlib

from django.apps import AppConfig


class MlmodelsConfig(AppConfig):
    """Register the checks; load no model here: a process that forks later would hang in it."""

    name = "mlmodels"
    verbose_name = "Models"

    def ready(self) -> None:
        """Register the checks, which need the settings and therefore cannot be imported earlier."""
        importlib.import_module("mlmodels.checks")
