"""The models in the admin, one module for each concern."""

from mlmodels.admin.training import runs, schedules
from mlmodels.admin.versions import champion_changes, versions

__all__ = ["champion_changes", "runs", "schedules", "versions"]
