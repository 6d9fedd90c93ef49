"""What the page of one model version shows, ready for its template."""

from collections.abc import Iterator
from dataclasses import dataclass

from mlmodels.domain.evaluation.conditions import TITLES
from mlmodels.domain.figures import to_count, to_decimal, to_percent, to_short
from mlmodels.models import ModelVersion


@dataclass(frozen=True, slots=True)
class CategoryScore:
    """How well one category was found."""

    category: str
    f1: float | None
    support: int | None

    @property
    def f1_text(self) -> str:
        """Return the F1 for people."""
        return to_decimal(self.f1)

    @property
    def width(self) -> str:
        """Return the length of the bar in percent, for CSS."""
        return f"{100 * (self.f1 or 0):.1f}"


@dataclass(frozen=True, slots=True)
class GateCondition:
    """One condition of the gate."""

    text: str
    value: str
    threshold: str
    is_passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version, in words and figures."""

    version: ModelVersion

    @property
    def figures(self) -> list[tuple[str, str]]:
        """Return the figures that a promotion is decided by."""
        metrics = self.version.metrics
        return [
            ("Accuracy", to_percent(metrics.get("val_accuracy"))),
            ("Macro F1", to_decimal(metrics.get("val_f1_macro"))),
            ("Learned from", to_count(metrics.get("train_size"))),
            ("Measured on", to_count(metrics.get("val_size"))),
        ]

    @property
    def measured_on(self) -> str:
        """Return what the figures were measured on."""
        return str(self.version.metrics.get("measured_on", "the newest examples"))

    @property
    def scores(self) -> list[CategoryScore]:
        """Return the categories, the worst first: that is where to look."""
        metrics = self.version.metrics
        support = metrics.get("val_support_per_class") or {}
        f1 = metrics.get("val_f1_per_class") or {}
        scores = [CategoryScore(category, value, support.get(category)) for category, value in f1.items()]
        return sorted(scores, key=lambda score: (score.f1 or 0, score.category))

    @property
    def conditions(self) -> list[GateCondition]:
        """Return the gate's conditions with their values."""
        return list(self._conditions())

    def _conditions(self) -> Iterator[GateCondition]:
        for condition in self.version.gate.get("conditions", []):
            yield GateCondition(
                text=TITLES.get(condition["name"], condition["name"]),
                value=to_short(condition.get("value")),
                threshold=to_short(condition.get("threshold")),
                is_passed=bool(condition.get("passed")),
                detail=condition.get("detail", ""),
            )
