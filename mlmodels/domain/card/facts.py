"""What is stored of a version; any figure may be missing, as versions are older than the figures."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mlmodels.domain.evaluation.conditions import GateThresholds
from mlmodels.domain.evaluation.reliability import ReliabilityBin


@dataclass(frozen=True, slots=True)
class Override:
    """A promotion that the gate had refused."""

    changed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class CategoryFigures:
    """How well one category was found among the held-out rows; None where that was not stored."""

    category: str
    f1: float | None
    precision: float | None
    recall: float | None
    support: int | None
    """Held-out rows of it."""
    unseen: int | None
    """Held-out rows of it whose merchant does not occur in training."""
    examples: int | None
    """Labelled examples of it, those held out included."""


@dataclass(frozen=True, slots=True)
class ConfusedPair:
    """Rows of one category that were answered with another."""

    truth: str
    answer: str
    rows: int


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """A version's row, with its figures as they are stored."""

    name: str
    status: str
    trained_at: datetime
    labels: tuple[str, ...]
    feature_names: tuple[str, ...]
    feature_version: int
    sha256: str
    data_fingerprint: str
    size_bytes: int
    """0 where the bytes were dropped."""
    metrics: Mapping[str, Any]
    gate: Mapping[str, Any]
    rejected_reason: str = ""
    overrides: tuple[Override, ...] = ()

    def number(self, name: str) -> float | None:
        """Return a measured number; None where it was not stored or is not finite."""
        value = self.metrics.get(name)
        return value if isinstance(value, int | float) and math.isfinite(value) else None

    def count(self, name: str) -> int | None:
        """Return a stored number of rows; None where it was not stored."""
        value = self.number(name)
        return None if value is None else int(value)

    def text(self, name: str) -> str:
        """Return a stored text; empty where it was not stored."""
        return str(self.metrics.get(name) or "")

    def table(self, name: str) -> Mapping[str, Any]:
        """Return stored figures by category; empty where they were not stored."""
        return self.metrics.get(name) or {}

    @property
    def categories(self) -> tuple[CategoryFigures, ...]:
        """Return the categories that were measured, the weakest first."""
        found = (self._category(name) for name in self.table("val_f1_per_class"))
        return tuple(sorted(found, key=lambda one: (one.f1 or 0.0, one.category)))

    @property
    def confused_pairs(self) -> tuple[ConfusedPair, ...]:
        """Return the most frequent mistakes, the most frequent first."""
        return tuple(ConfusedPair(*pair) for pair in self.metrics.get("val_confused_pairs") or ())

    @property
    def reliability(self) -> tuple[ReliabilityBin, ...]:
        """Return how often answers of similar confidence were right, by rising confidence."""
        return tuple(ReliabilityBin(*one) for one in self.metrics.get("val_reliability") or ())

    @property
    def conditions(self) -> tuple[Mapping[str, Any], ...]:
        """Return the gate's conditions as they are stored."""
        return tuple(self.gate.get("conditions") or ())

    @property
    def wanted_f1(self) -> float:
        """Return the macro F1 that the gate demanded of this version; a category below it is weak."""
        demanded = (one.get("threshold") for one in self.conditions if one.get("name") == "f1_macro")
        return next((one for one in demanded if one is not None), GateThresholds().min_f1_macro)

    @property
    def weak(self) -> tuple[CategoryFigures, ...]:
        """Return the categories whose F1 is below the one demanded on average."""
        return tuple(one for one in self.categories if one.f1 is not None and one.f1 < self.wanted_f1)

    def _category(self, name: str) -> CategoryFigures:
        # Merchants were counted where the table is there: a category that it leaves out has no new ones.
        unseen = self.metrics.get("val_unseen_per_class")
        return CategoryFigures(
            name,
            f1=self.table("val_f1_per_class").get(name),
            precision=self.table("val_precision_per_class").get(name),
            recall=self.table("val_recall_per_class").get(name),
            support=self.table("val_support_per_class").get(name),
            unseen=None if unseen is None else unseen.get(name, 0),
            examples=self.table("examples_per_class").get(name),
        )
