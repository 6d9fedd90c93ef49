"""One candidate of the model with what speaks for and against it, as the templates show it."""

from dataclasses import dataclass
from typing import Final

from mlmodels import services
from mlmodels.domain.feature_groups import group_of
from mlmodels.domain.figures import to_change, to_decimal, to_percent
from suggestions.domain.reasons import band_of, reasons_of
from suggestions.models import Fallback
from suggestions.serving.model_answers import Explanation

OPENED: Final = 3
"""So many candidates stand open, the others can be opened."""
FEATURES: Final = 8


def view_explanation(
    explanation: Explanation | None, failure: str = "", *, quotes: bool = False
) -> dict[str, object]:
    """Return what the template of an explanation needs; None with the reason why there is none.

    `quotes` lets the reasons quote the user's other transactions.
    """
    if explanation is None:
        return {"failure": Fallback(failure).label}
    return {
        "candidates": [
            CandidateView(one, place < OPENED, quotes) for place, one in enumerate(explanation.candidates)
        ],
        "version": f"v{explanation.version_id}",
        "withheld": explanation.withheld and f"The model withholds this answer: {explanation.withheld}.",
    }


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """One feature with what it adds to a candidate's score."""

    name: str
    says: str
    value: str
    adds: str
    percent: float
    """How long its bar is, in percent of the longest."""
    is_against: bool
    """It takes away from the score."""

    @property
    def width(self) -> str:
        """Return the length of the bar in percent of its half of the cell, for CSS."""
        return f"{self.percent:.1f}"


@dataclass(frozen=True, slots=True)
class CandidateView:
    """One candidate in words and figures."""

    candidate: services.Contribution
    is_open: bool
    quotes: bool

    @property
    def category(self) -> str:
        """Return the category."""
        return self.candidate.ranked.category

    @property
    def confidence(self) -> str:
        """Return how sure the model is of it."""
        return to_percent(self.candidate.ranked.confidence)

    @property
    def band(self) -> str:
        """Return the band of the confidence, as the API names it."""
        return band_of(self.candidate.ranked.confidence)

    @property
    def is_certain(self) -> bool:
        """Tell whether the confidence reaches the category's threshold."""
        return self.candidate.ranked.is_certain

    @property
    def reasons(self) -> list[str]:
        """Return the reasons as the user reads them."""
        return reasons_of(self.candidate.ranked.evidence, quotes=self.quotes)

    @property
    def text(self) -> str:
        """Return where the score starts."""
        return to_change(self.candidate.text)

    @property
    def features(self) -> list[FeatureRow]:
        """Return the features that add or take away most."""
        shown = self.candidate.features[:FEATURES]
        longest = max((abs(gain) for _, _, gain in shown), default=0.0) or 1.0
        return [
            FeatureRow(
                name, group_of(name), to_decimal(value), to_change(gain), 100 * abs(gain) / longest, gain < 0
            )
            for name, value, gain in shown
        ]

    @property
    def others(self) -> str:
        """Return what all other features add together."""
        return to_change(sum(gain for _, _, gain in self.candidate.features[FEATURES:]))

    @property
    def score(self) -> str:
        """Return the sum: the candidate with the highest comes first."""
        return to_decimal(self.candidate.text + sum(gain for _, _, gain in self.candidate.features))

    @property
    def other_count(self) -> int:
        """Return how many others there are."""
        return len(self.candidate.features[FEATURES:])
