"""The agreement as a half circle: the matrix's bands, a needle for the share, a whisker for its bounds."""

from dataclasses import dataclass
from math import cos, pi, sin
from typing import Final

from mlmodels.domain.figures import to_percent
from suggestions.domain.evidence.agreement import PROCEED_FROM, REVIEW_FROM, AgreementReading

FLOOR: Final = 0.5
"""Where the half circle begins: below it the matrix says the same all the way down."""
_CENTRE: Final = (110.0, 108.0)
_RADIUS: Final = 78.0
_WHISKER: Final = 94.0
_LABELS: Final = 105.0


@dataclass(frozen=True, slots=True)
class Band:
    """One row of the matrix as a part of the circle."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Tick:
    """One percentage beside the circle."""

    text: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Gauge:
    """One reading of the agreement, drawn."""

    reading: AgreementReading

    @property
    def bands(self) -> list[Band]:
        """Return the rows of the matrix."""
        ends = (
            ("retrain", FLOOR, REVIEW_FROM),
            ("review", REVIEW_FROM, PROCEED_FROM),
            ("proceed", PROCEED_FROM, 1),
        )
        return [Band(name, _arc(_RADIUS, low, high)) for name, low, high in ends]

    @property
    def ticks(self) -> list[Tick]:
        """Return the percentages at the ends of the bands."""
        marks = (FLOOR, REVIEW_FROM, PROCEED_FROM, 1.0)
        at = [(mark, *_at(_LABELS, mark)) for mark in marks]
        return [Tick(to_percent(mark, 0), f"{x:.1f}", f"{y:.1f}") for mark, x, y in at]

    @property
    def needle(self) -> str:
        """Return the needle's path; empty without comparisons."""
        if self.reading.share is None:
            return ""
        x, y = _at(_RADIUS - 12, self.reading.share)
        return f"M{_CENTRE[0]:.1f} {_CENTRE[1]:.1f}L{x:.1f} {y:.1f}"

    @property
    def whisker(self) -> str:
        """Return the arc between the bounds; empty without comparisons."""
        if self.reading.share is None:
            return ""
        return _arc(_WHISKER, self.reading.lower, self.reading.upper)

    @property
    def spoken(self) -> str:
        """Return what is drawn, in words."""
        bands = "below 75 % retrain, 75 to 85 % review, from 85 % on proceed"
        if self.reading.share is None:
            return f"Agreement: no comparisons yet. The bands: {bands}."
        lower, upper = to_percent(self.reading.lower), to_percent(self.reading.upper)
        share = to_percent(self.reading.share)
        return f"Agreement {share}, surely between {lower} and {upper}. The bands: {bands}."


def _at(radius: float, share: float) -> tuple[float, float]:
    turned = pi * (1 - (min(max(share, FLOOR), 1) - FLOOR) / (1 - FLOOR))
    return _CENTRE[0] + radius * cos(turned), _CENTRE[1] - radius * sin(turned)


def _arc(radius: float, low: float, high: float) -> str:
    (x, y), (to_x, to_y) = _at(radius, low), _at(radius, high)
    return f"M{x:.1f} {y:.1f}A{radius:g} {radius:g} 0 0 1 {to_x:.1f} {to_y:.1f}"
