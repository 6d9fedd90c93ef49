"""Fetch the model in use, so that a training can hold its own against it."""

import structlog

from mlmodels.learning.measuring import Champion
from mlmodels.models import ModelVersion
from mlmodels.runtime import ModelUnavailable, load
from mlmodels.versions import registry

log = structlog.get_logger(__name__)


def champion_to_beat() -> Champion | None:
    """Return the champion; None without one, or where it cannot be asked, which must fail no training."""
    ref = registry.champion_ref()
    if ref is None:
        return None
    version = ModelVersion.objects.only("metrics", "trained_at").get(pk=ref.id)
    try:
        return Champion(load(ref).estimator, version.trained_to)
    except (ModelUnavailable, TypeError, ValueError) as error:
        log.warning("training_run.champion_not_compared", version=ref.id, error=type(error).__name__)
        return None
