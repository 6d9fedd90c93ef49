"""Place the points of a calibration plot in the coordinates of its drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from mlmodels.domain.evaluation.reliability import ReliabilityBin
from mlmodels.domain.figures import to_count, to_percent

SIDE = 100.0
_SMALLEST, _LARGEST = 0.8, 1.8


@dataclass(frozen=True, slots=True)
class Dot:
    """One point: right, down and radius in units of which the square has 100 a side."""

    x: str
    y: str
    radius: str
    spoken: str
    """The point in words."""


@dataclass(frozen=True, slots=True)
class CalibrationPlot:
    """Accuracy over confidence, both from 0 to 1."""

    points: Sequence[ReliabilityBin]

    @property
    def dots(self) -> list[Dot]:
        """Return the points; their areas are in proportion to their rows."""
        most = max((one.count for one in self.points), default=1)
        return [
            Dot(
                x=_number(one.confidence * SIDE),
                y=_number(SIDE - one.accuracy * SIDE),
                radius=_number(max(_SMALLEST, _LARGEST * sqrt(one.count / most))),
                spoken=f"says {to_percent(one.confidence)}, right in {to_percent(one.accuracy)} "
                f"of {to_count(one.count)} rows",
            )
            for one in self.points
        ]

    @property
    def line(self) -> str:
        """Return the line through the points, as SVG writes it."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


def _number(value: float) -> str:
    # Never the reader's language: SVG knows no decimal comma.
    return f"{value:.2f}"
