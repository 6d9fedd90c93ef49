"""Accuracy and macro F1 from version to version, in the coordinates of a small drawing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mlmodels.domain.figures import to_decimal, to_percent
from mlmodels.models import ModelVersion

SHOWN = 20
_FIGURES = ("val_accuracy", "val_f1_macro")
WIDTH, HEIGHT, MARGIN = 320.0, 72.0, 6.0
_LEAST_SPAN = 0.05
"""So far apart are bottom and top at least: noise must not look like a mountain range."""


@dataclass(frozen=True, slots=True)
class TrendDot:
    """One version: right and down in the drawing's units, and the version in words."""

    x: str
    y: str
    status: str
    spoken: str


@dataclass(frozen=True, slots=True)
class TrendLine:
    """One figure over the versions, oldest first."""

    title: str
    latest: str
    dots: list[TrendDot]

    @property
    def points(self) -> str:
        """Return the line through the dots, as SVG writes it."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)

    @property
    def has_champion(self) -> bool:
        """Tell whether the champion is among them."""
        return any(dot.status == ModelVersion.Status.CHAMPION for dot in self.dots)

    @property
    def spoken(self) -> str:
        """Return the line in words."""
        return "; ".join(dot.spoken for dot in self.dots)


def view_trend() -> list[TrendLine]:
    """Return the lines of the newest versions; none where fewer than two were measured."""
    newest = ModelVersion.objects.only("pk", "status", "metrics").order_by("-pk")[: 2 * SHOWN]
    measured = [one for one in newest if None not in (one.metrics.get(name) for name in _FIGURES)]
    versions = measured[:SHOWN][::-1]
    if len(versions) < 2:
        return []
    return [
        _to_line("Accuracy", versions, [one.metrics["val_accuracy"] for one in versions], to_percent),
        _to_line("Macro F1", versions, [one.metrics["val_f1_macro"] for one in versions], to_decimal),
    ]


def _to_line(
    title: str, versions: Sequence[ModelVersion], values: Sequence[float], write: Callable[[float], str]
) -> TrendLine:
    middle, span = (min(values) + max(values)) / 2, max(max(values) - min(values), _LEAST_SPAN)
    step = (WIDTH - 2 * MARGIN) / (len(values) - 1)
    dots = [
        TrendDot(
            x=_number(MARGIN + place * step),
            y=_number(HEIGHT / 2 - (value - middle) / span * (HEIGHT - 2 * MARGIN)),
            status=version.status,
            spoken=f"{version}, {version.status}: {write(value)}",
        )
        for place, (version, value) in enumerate(zip(versions, values, strict=True))
    ]
    return TrendLine(title, write(values[-1]), dots)


def _number(value: float) -> str:
    # Never the reader's language: SVG knows no decimal comma.
    return f"{value:.1f}"
