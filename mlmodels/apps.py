"""The app of the model machinery."""

from django.apps import AppConfig


class MlmodelsConfig(AppConfig):
    """Register the checks; load no model here: a process that forks later would hang in it."""

    name = "mlmodels"
    verbose_name = "Models"
