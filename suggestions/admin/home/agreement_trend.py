"""The agreement of the last days as a chart of the theme, and as a table that says the same."""

import json
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from mlmodels.domain.figures import to_percent
from suggestions.domain.evidence.agreement import PROCEED_FROM, REVIEW_FROM
from suggestions.domain.ramp.judging import Evidence
from suggestions.domain.ramp.trend import AgreementDay, agreement_by_day

_GREY: Final = "#9ca3af"
_FLOOR: Final = 50


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day in words."""

    day: str
    share: str
    comparisons: int
    lower: str
    upper: str


@dataclass(frozen=True, slots=True)
class Trend:
    """Some days of agreement."""

    days: tuple[AgreementDay, ...]

    @property
    def rows(self) -> list[DayRow]:
        """Return the days, the newest first."""
        return [
            DayRow(
                f"{one.day:%Y-%m-%d}",
                to_percent(one.share),
                one.comparisons,
                to_percent(one.lower),
                to_percent(one.upper),
            )
            for one in reversed(self.days)
        ]

    @property
    def spoken(self) -> str:
        """Say in a sentence what the chart shows."""
        first, last = self.days[0], self.days[-1]
        return (
            f"Agreement by day from {first.day:%Y-%m-%d} to {last.day:%Y-%m-%d}; on the last day "
            f"{to_percent(last.share)}, surely between {to_percent(last.lower)} and {to_percent(last.upper)}"
        )

    @property
    def data(self) -> str:
        """Return the lines for the chart."""
        size = len(self.days)
        lines = [
            _line(
                "Agreement of the day", [one.share for one in self.days], "--color-primary-600", points=True
            ),
            _line("Surely at least", [one.lower for one in self.days], "--color-base-500", dash=[2, 3]),
            _line("Surely at most", [one.upper for one in self.days], "--color-base-500", dash=[2, 3]),
            _line("Proceed", [PROCEED_FROM] * size, "--color-green-600", dash=[8, 4]),
            _line("Retrain below", [REVIEW_FROM] * size, "--color-red-600", dash=[8, 4]),
        ]
        return json.dumps({"labels": [f"{one.day:%m-%d}" for one in self.days], "datasets": lines})

    @property
    def options(self) -> str:
        """Return how the chart is drawn: percent from 50, or from where the days begin."""
        lowest = min((100 * one.share for one in self.days if one.share is not None), default=100)
        ticks = {"color": _GREY, "maxRotation": 0}
        return json.dumps(
            {
                "animation": False,
                "responsive": True,
                "maintainAspectRatio": False,
                "plugins": {
                    "legend": {
                        "position": "bottom",
                        "labels": {"color": _GREY, "boxWidth": 16, "boxHeight": 0},
                    }
                },
                "scales": {
                    "x": {"grid": {"display": False}, "ticks": ticks},
                    "y": {"min": min(_FLOOR, 10 * int(lowest // 10)), "max": 100, "grid": {}, "ticks": ticks},
                },
            }
        )


def view_trend(evidence: Evidence) -> Trend | None:
    """Return the last days; None before the first comparison."""
    days = agreement_by_day(
        evidence.inputs.hourly,
        design_effect=evidence.agreement.design_effect,
        today=timezone.now().date(),
    )
    return Trend(days) if days else None


def _line(
    label: str,
    values: list[float | None] | list[float],
    color: str,
    *,
    dash: list[int] | None = None,
    points: bool = False,
) -> dict[str, Any]:
    return {
        "label": label,
        "data": [None if value is None else round(100 * value, 1) for value in values],
        "borderColor": f"var({color})",
        "backgroundColor": f"var({color})",
        "borderWidth": 2 if points else 1,
        "borderDash": dash or [],
        "pointRadius": 3 if points else 0,
    }
