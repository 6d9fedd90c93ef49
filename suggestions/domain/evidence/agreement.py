"""The runbook's decision matrix over the agreement of rules and model."""

from enum import StrEnum

PROCEED_FROM = 0.85
REVIEW_FROM = 0.75
MIN_COMPARISONS = 300
"""Below this no verdict: at a true agreement of 82 % a smaller sample shows 85 % too often by chance."""


class Verdict(StrEnum):
    """What the runbook says to do."""

    PROCEED = "PROCEED"
    REVIEW = "REVIEW"
    RETRAIN = "RETRAIN"
    COLLECTING = "COLLECTING"


def verdict_of(*, agreements: int, comparisons: int) -> Verdict:
    """Return the verdict for so many agreements among so many comparisons."""
    if comparisons < MIN_COMPARISONS:
        return Verdict.COLLECTING
    agreement = agreements / comparisons
    if agreement >= PROCEED_FROM:
        return Verdict.PROCEED
    return Verdict.REVIEW if agreement >= REVIEW_FROM else Verdict.RETRAIN


ADVICE = {
    Verdict.PROCEED: "Agreement is at least 85 %: proceed to the next step.",
    Verdict.REVIEW: "Agreement is between 75 and 85 %: review the disagreements, proceed with caution.",
    Verdict.RETRAIN: "Agreement is below 75 %: investigate and retrain first.",
    Verdict.COLLECTING: f"Fewer than {MIN_COMPARISONS} comparisons: too few to judge by.",
}
