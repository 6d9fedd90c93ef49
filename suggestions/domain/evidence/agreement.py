"""The runbook's decision matrix over the agreement of rules and model, and whether the data carry it."""

from dataclasses import dataclass
from enum import StrEnum
from math import log

from suggestions.domain.evidence.clusters import Clustered
from suggestions.domain.evidence.e_process import (
    Bet,
    Counts,
    log_capital,
    lower_bound,
    more_needed,
    upper_bound,
)

PROCEED_FROM = 0.85
REVIEW_FROM = 0.75
MIN_COMPARISONS = 300
MIN_GROUPS = 20
"""So many groups of users and of merchants: the variance between fewer cannot be told.

Of users who agree always or never, 10 would give a false PROCEED in 15 % of the runs, and 25 in 0.3 %.
"""
ALPHA = 0.05
"""Probability of a false PROCEED, and of a false RETRAIN, over all looks together."""
BETS = (Bet(0.2, 0.02), Bet(0.6, 0.05), Bet(0.2, 0.1))
"""Most on 5 points: at a true 90 % half of the runs proceed within about 240 independent comparisons."""


class Verdict(StrEnum):
    """What the runbook says to do."""

    PROCEED = "PROCEED"
    REVIEW = "REVIEW"
    RETRAIN = "RETRAIN"
    COLLECTING = "COLLECTING"


@dataclass(frozen=True, slots=True)
class AgreementReading:
    """The agreement at one look."""

    agreements: int
    comparisons: int
    design_effect: float
    """How many comparisons say as much as one independent one."""
    lower: float
    """The true agreement is not below it, at 95 % over all looks together."""
    upper: float
    """And not above this, at another 95 %."""
    literal: Verdict
    """The runbook's matrix read from the share as it stands; COLLECTING without comparisons."""
    verdict: Verdict
    """The same where the data carry it, COLLECTING where they do not yet."""
    needed: int | None
    """About so many more comparisons until they do; None: as it stands, never."""
    groups: int
    """Groups of users, or of merchants where they are fewer."""

    @property
    def share(self) -> float | None:
        """Return the share of comparisons in which both gave the same category; None without comparisons."""
        return self.agreements / self.comparisons if self.comparisons else None


def literal_verdict(share: float | None) -> Verdict:
    """Return the row of the matrix in which a share of agreement falls."""
    if share is None:
        return Verdict.COLLECTING
    if share >= PROCEED_FROM:
        return Verdict.PROCEED
    return Verdict.REVIEW if share >= REVIEW_FROM else Verdict.RETRAIN


def is_surely_at_least(counts: Counts, share: float) -> bool:
    """Tell whether independent comparisons carry that the true agreement is not below a share."""
    return bool(counts.size) and log_capital(counts, at_most=share, bets=BETS) >= -log(ALPHA)


def read_agreement(observed: Clustered, *, min_comparisons: int = MIN_COMPARISONS) -> AgreementReading:
    """Judge the agreement: PROCEED needs a lower bound of 85 %, RETRAIN an upper bound below 75 %.

    The bounds hold at any number of looks, and for users and merchants whose comparisons are correlated.
    """
    agreements, comparisons = int(observed.counts.weights[0]), int(observed.counts.size)
    share = agreements / comparisons if comparisons else None
    effect, effective = observed.design_effect, observed.effective
    lower = lower_bound(effective, alpha=ALPHA, bets=BETS)
    upper = upper_bound(effective, alpha=ALPHA, bets=BETS)
    literal = literal_verdict(share)
    missing = max(0, min_comparisons - comparisons)
    verdict = Verdict.COLLECTING
    if not missing and observed.group_count >= MIN_GROUPS and _is_carried(literal, lower, upper):
        verdict = literal
    return AgreementReading(
        agreements=agreements,
        comparisons=comparisons,
        design_effect=effect,
        lower=lower,
        upper=upper,
        literal=literal,
        verdict=verdict,
        needed=_needed(observed, literal, missing),
        groups=observed.group_count,
    )


def _is_carried(literal: Verdict, lower: float, upper: float) -> bool:
    if literal == Verdict.PROCEED:
        return lower >= PROCEED_FROM
    return literal == Verdict.REVIEW or upper < REVIEW_FROM


def _needed(observed: Clustered, literal: Verdict, missing: int) -> int | None:
    effective, effect = observed.effective, observed.design_effect
    if literal in (Verdict.COLLECTING, Verdict.REVIEW):
        return missing
    if literal == Verdict.RETRAIN:
        effective = effective.swapped()
    at_most = PROCEED_FROM if literal == Verdict.PROCEED else 1 - REVIEW_FROM
    more = more_needed(effective, at_most=at_most, alpha=ALPHA, bets=BETS)
    return None if more is None else max(missing, round(more * effect))


ADVICE = {
    Verdict.PROCEED: "Agreement is at least 85 %: proceed to the next step.",
    Verdict.REVIEW: "Agreement is between 75 and 85 %: review the disagreements, proceed with caution.",
    Verdict.RETRAIN: "Agreement is below 75 %: investigate and retrain first.",
    Verdict.COLLECTING: "The comparisons do not carry a verdict yet.",
}
