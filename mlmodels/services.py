"""The only door to the models for other apps."""

from django.db import Error as DatabaseFailure

from mlmodels.domain.types import VersionRef
from mlmodels.learning.explaining import Contribution
from mlmodels.metrics import PREDICT_REQUESTS_BY_AVAILABLE, DatabaseCollector
from mlmodels.models import ModelVersion, TrainingRun
from mlmodels.runtime import Answers, LoadedModel, ModelUnavailable, models_of_process
from mlmodels.training import runs
from mlmodels.training.runs import (
    KeyReused,
    LeaseLost,
    RunRequest,
    TrainingInProgress,
    is_silent,
    request_run,
)
from mlmodels.versions.archiving import archive
from mlmodels.versions.changing import RegistryRefused
from mlmodels.versions.promotable import USABLE, is_refused_by_gate
from mlmodels.versions.registry import (
    NO_CHAMPION,
    challenge,
    challenger_ref,
    champion_ref,
    contenders,
    end_challenge,
    promote,
    roll_back,
)

__all__ = [
    "NO_CHAMPION",
    "USABLE",
    "Answers",
    "Contribution",
    "KeyReused",
    "LeaseLost",
    "LoadedModel",
    "ModelUnavailable",
    "RegistryRefused",
    "RunRequest",
    "TrainingInProgress",
    "archive",
    "challenge",
    "challenger_ref",
    "champion_ref",
    "contenders",
    "count_predictions",
    "end_challenge",
    "find_run",
    "is_refused_by_gate",
    "is_silent",
    "loaded_model",
    "metrics_collector",
    "model_status",
    "promote",
    "request_run",
    "roll_back",
    "run_progress",
    "warm_up",
]


def loaded_model(ref: VersionRef) -> LoadedModel:
    """Return a model of this process, loaded on first use.

    Raises:
        ModelUnavailable: it cannot be loaded.
    """
    return models_of_process.get(ref)


def warm_up() -> None:
    """Load the champion, if there is one; for a web worker after its fork. Never raises."""
    try:
        ref = champion_ref()
        if ref is not None:
            loaded_model(ref)
    except (DatabaseFailure, ModelUnavailable):
        return  # the request that needs the model meets the same and says so


def count_predictions(count: int, *, available: bool) -> None:
    """Count the transactions that the model was asked about, by whether it answered."""
    PREDICT_REQUESTS_BY_AVAILABLE[available].inc(count)


def metrics_collector() -> DatabaseCollector:
    """Return what reads the models' figures from the database at scrape time."""
    return DatabaseCollector()


def model_status() -> dict[str, object]:
    """Return whether the champion answers in this process, with what is known of it."""
    version = ModelVersion.objects.filter(status=ModelVersion.Status.CHAMPION).defer("artifact").first()
    if version is None:
        return {"available": False, "reason": "no_model"}
    meta = _meta(version)
    try:
        loaded_model(VersionRef(version.pk, version.sha256))
    except ModelUnavailable as error:
        return {"available": False, "reason": error.reason, "meta": meta}
    return {"available": True, "meta": meta}


def find_run(run_id: int) -> TrainingRun | None:
    """Return a training run; None when there is none of that id."""
    return TrainingRun.objects.filter(pk=run_id).first()


def run_progress(run: TrainingRun) -> dict[str, object]:
    """Return how far a run is, as clients see it."""
    return runs.progress_of(run)


def _meta(version: ModelVersion) -> dict[str, object]:
    measured = ("val_accuracy", "val_f1_macro", "val_f1_per_class", "train_size", "val_size", "trees")
    return {
        "version": version.pk,
        "sha256": version.sha256,
        "trained_at": version.trained_at.isoformat(),
        "classes": version.labels,
        "gate": version.gate,
        "feature_version": version.feature_version,
        "size_bytes": version.size_bytes,
    } | {name: version.metrics.get(name) for name in measured}
