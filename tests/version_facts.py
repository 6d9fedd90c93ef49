"""What is stored of a version, for tests of its card; complete, so that a test names what matters to it."""

from datetime import UTC, datetime
from typing import Any

from mlmodels.domain.candidates import FEATURE_NAMES
from mlmodels.domain.card import VersionFacts

METRICS: dict[str, Any] = {
    "val_accuracy": 0.9,
    "val_top3": 0.97,
    "val_f1_macro": 0.8,
    "val_f1_per_class": {"Fuel": 0.95, "Coffee": 0.5, "Groceries": 0.9},
    "val_precision_per_class": {"Fuel": 0.94, "Coffee": 0.6, "Groceries": 0.89},
    "val_recall_per_class": {"Fuel": 0.96, "Coffee": 0.45, "Groceries": 0.91},
    "val_support_per_class": {"Fuel": 500, "Coffee": 40, "Groceries": 460},
    "val_unseen_per_class": {"Coffee": 30, "Fuel": 5},
    "examples_per_class": {"Fuel": 2_500, "Coffee": 200, "Groceries": 2_300, "Rare": 3},
    "val_majority_accuracy": 0.5,
    "val_lookup_accuracy": 0.85,
    "val_baseline_coverage": 0.4,
    "val_baseline_accuracy": 0.8,
    "val_accuracy_on_baseline_rows": 0.92,
    "val_champion_accuracy": None,
    "val_champion_f1_macro": None,
    "val_share_seen": 0.9,
    "val_accuracy_seen": 0.94,
    "val_accuracy_unseen": 0.55,
    "val_ece": 0.012,
    "val_reliability": [[0.4, 0.5, 100], [0.8, 0.79, 300], [0.99, 0.985, 600]],
    "val_coverage_at_95": 0.83,
    "val_confused_pairs": [["Coffee", "Groceries", 15], ["Groceries", "Coffee", 9], ["Coffee", "Fuel", 4]],
    "measured_on": "the newest examples",
    "split": "client",
    "train_size": 4_003,
    "val_size": 1_000,
    "val_from": "2026-05-01",
    "val_to": "2026-06-30",
    "trained_from": "2025-01-02",
    "trained_to": "2026-06-30",
    "classes": 3,
    "left_out_categories": 1,
    "unusable_examples": 7,
    "refit_size": 5_003,
    "trees": 75,
    "parameters": {"rounds": 75, "leaves": 15},
    "search": [{"rounds": 75, "leaves": 15, "loss": 0.31}, {"rounds": 50, "leaves": 9, "loss": 0.33}],
    "seed": 1,
}
GATE: dict[str, Any] = {
    "passed": True,
    "conditions": [
        {"name": "f1_macro", "value": 0.8, "threshold": 0.72, "passed": True, "detail": "macro-F1 0.800"},
        {"name": "fresh", "value": None, "threshold": None, "passed": True, "detail": "not judged"},
    ],
}


def make_facts(metrics: dict[str, Any] | None = None, **overrides: Any) -> VersionFacts:
    """Build a version's facts; `metrics` are changed figures, None among them is a figure not measured."""
    values: dict[str, Any] = {
        "name": "v5",
        "status": "candidate",
        "trained_at": datetime(2026, 7, 1, 3, tzinfo=UTC),
        "labels": ("Coffee", "Fuel", "Groceries"),
        "feature_names": FEATURE_NAMES,
        "feature_version": 7,
        "sha256": "a" * 64,
        "data_fingerprint": "b" * 64,
        "size_bytes": 4_200_000,
        "metrics": METRICS | (metrics or {}),
        "gate": GATE,
    }
    return VersionFacts(**values | overrides)
