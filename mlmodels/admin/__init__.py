"""The models in the admin, one module for each concern."""

from mlmodels.admin import champion_changes, runs, schedules, versions

__all__ = ["champion_changes", "runs", "schedules", "versions"]
