"""Say in words why the model suggests a category, from the evidence that ranked it."""

from typing import Final

from mlmodels.domain.figures import to_percent
from mlmodels.domain.ranking import CandidateEvidence, Counted

_BANDS: Final = ((0.98, "98"), (0.90, "90"), (0.75, "75"), (0.50, "50"))
_LIKELY_TEXT: Final = 0.3
_MAX_QUOTE: Final = 60
_EVERYBODYS: Final = "everybody's"


def band_of(confidence: float) -> str:
    """Return the band of a confidence: "98", "90", "75" or "50" for at least so many percent, else "0"."""
    return next((name for least, name in _BANDS if confidence >= least), "0")


def reasons_of(evidence: CandidateEvidence, *, quotes: bool = True) -> list[str]:
    """Return the reasons, the strongest kind first; never empty.

    Without `quotes` no description of another transaction is in them, for those who may not read it.
    """
    reasons = []
    if evidence.is_correction:
        reasons.append("you corrected this merchant to this category")
    if evidence.pair.of_it:
        reasons.append(f"{_counted(evidence.pair, 'your')} at this merchant")
    others = evidence.merchant
    if others.of_it and others != evidence.pair:
        reasons.append(f"{_counted(others, _EVERYBODYS)} at this merchant")
    if evidence.similar_to and not evidence.pair.of_it:
        similar = f'"{_cut(evidence.similar_to)}"' if quotes else "another transaction"
        reasons.append(f"similar to {similar}, which you put here")
    if not reasons and evidence.word.of_it:
        reasons.append(f"{_counted(evidence.word, _EVERYBODYS)} at merchants with the same first word")
    if evidence.text >= _LIKELY_TEXT:
        reasons.append(f"the wording alone says so with {to_percent(evidence.text, 0)}")
    if not reasons and evidence.user.of_it:
        reasons.append(f"{_counted(evidence.user, 'your')} anywhere")
    return reasons or ["the closest of your categories by wording and amount"]


def _counted(counted: Counted, whose: str) -> str:
    if counted.of_all == 1:
        return f"{whose} only label"
    return f"{counted.of_it} of {whose} last {counted.of_all} labels"


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_QUOTE else text[: _MAX_QUOTE - 1] + "…"
