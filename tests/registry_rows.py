"""Rows of the model registry for tests of what shows or changes them: complete, but with no model inside."""

from hashlib import sha256
from typing import Any

from django.utils import timezone

from mlmodels.domain.candidates import FEATURE_NAMES
from mlmodels.domain.features import FEATURE_VERSION
from mlmodels.models import ModelVersion, TrainingRun

METRICS = {
    "val_accuracy": 0.91,
    "val_f1_macro": 0.875,
    "val_f1_per_class": {"Fuel": 0.95, "Groceries": 0.6},
    "val_support_per_class": {"Fuel": 40, "Groceries": 60},
    "train_size": 12_345,
    "val_size": 100,
}
GATE = {
    "passed": True,
    "conditions": [{"name": "classes", "value": 2.0, "threshold": 2.0, "passed": True}],
}


def refused_by(*names: str) -> dict[str, Any]:
    """Return what a version has that failed these conditions of the gate, and is proven otherwise."""
    conditions = [
        {"name": name, "value": 0.1, "threshold": 0.9, "passed": False, "detail": f"{name} is low"}
        for name in names
    ]
    reason = "gate: " + "; ".join(f"{name}: {name} is low" for name in names)
    gate = {"passed": False, "conditions": conditions}
    return {"status": "rejected", "rejected_reason": reason, "gate": gate}


def make_version(**overrides: Any) -> ModelVersion:
    now = timezone.now()
    values: dict[str, Any] = {
        "artifact": b"no model",
        "sha256": sha256(b"no model").hexdigest(),
        "size_bytes": 8,
        "feature_version": FEATURE_VERSION,
        "feature_names": list(FEATURE_NAMES),
        "labels": ["Fuel", "Groceries"],
        "data_fingerprint": "b" * 64,
        "metrics": METRICS,
        "gate": GATE,
        "validated_at": now,
        "trained_at": now,
    }
    return ModelVersion.objects.create(**values | overrides)


def make_champion(**overrides: Any) -> ModelVersion:
    return make_version(**{"status": "champion", "promoted_at": timezone.now()} | overrides)


def make_run(**overrides: Any) -> TrainingRun:
    return TrainingRun.objects.create(**{"status": "succeeded", "progress": 100} | overrides)


def status_of(version: ModelVersion) -> str:
    return ModelVersion.objects.values_list("status", flat=True).get(pk=version.pk)
