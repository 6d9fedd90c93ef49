"""Accept rates of two groups of users: those who see the model, and those who see the rules."""

from dataclasses import dataclass
from math import log

from mlmodels.domain.figures import to_percent
from suggestions.domain.evidence.comparison import LeadVerdict
from suggestions.domain.evidence.e_process import Bet, Bets, Counts, log_mixture
from suggestions.domain.evidence.totals import Totals

MIN_JUDGED = 50
"""Verdicts of either group."""
ALPHA = 0.05
"""Probability that an equal rate is called worse, or the reverse, over all looks together."""
BETS = (Bet(0.3, 0.05), Bet(0.5, 0.1), Bet(0.2, 0.25))
RISE_SHARES = ((0.6, 1.0), (0.3, 2.5), (0.1, 5.0))
"""To be called not worse, a rate has to lie above the margin: the bets are on multiples of it."""
NARROWEST_RISE = 0.005
NEAREST = 0.002
"""Rates are so far from 0 and 1 at least: a bet on the impossible would win everything."""
MIN_COMPARED = 20
"""Independent verdicts of either group, below which the pooled rate is too unsure to bet against."""


@dataclass(frozen=True, slots=True)
class RateReading:
    """How the two accept rates stand to each other."""

    standing: LeadVerdict
    detail: str
    """Both rates with their numbers, in words for people."""


def read_accept_rates(totals: Totals, *, margin: float) -> RateReading:
    """Judge whether users of the model accept as often as those of the rules, less a margin in 0…1."""
    model, rule = totals.accepted("model"), totals.accepted("rule")
    detail = describe_rates(model.counts, rule.counts)
    if min(model.counts.size, rule.counts.size) < MIN_JUDGED:
        return RateReading(LeadVerdict.NO_DATA, f"{detail}; {MIN_JUDGED} verdicts on either are needed")
    effective = model.effective, rule.effective
    if log_evidence_of_rise(*effective, above=-margin) >= -log(ALPHA):
        return RateReading(LeadVerdict.NOT_WORSE, detail)
    if log_evidence_of_drop(*effective, below=-margin) >= -log(ALPHA):
        return RateReading(LeadVerdict.WORSE, detail)
    return RateReading(LeadVerdict.UNDECIDED, f"{detail}; more verdicts are needed")


def log_evidence_of_drop(
    observed: Counts, control: Counts, *, below: float = 0.0, bets: Bets = BETS
) -> float:
    """Return the logarithm of the evidence that a rate lies below the control's plus `below`; 0 without data.

    A mixture of likelihood ratios over drops, of both groups at once (Turner, Ly and Grünwald 2024, Generic
    E-variables for exact sequential k-sample tests). Their test needs the rate that both have if nothing is
    wrong; here it is the pooled one so far, which docs/evidence.md shows to err no more often than promised.
    """
    if min(observed.size, control.size) < MIN_COMPARED:
        return 0.0
    share = observed.size / (observed.size + control.size)
    pooled = share * _mean(observed) + (1 - share) * _mean(control)
    equal = _pair(pooled, below, share)
    return log_mixture(
        [
            (bet.share, _log_ratio(observed, control, _pair(pooled, below - bet.effect, share), equal))
            for bet in bets
        ]
    )


def log_evidence_of_rise(observed: Counts, control: Counts, *, above: float) -> float:
    """Return the logarithm of the evidence that a rate lies above the control's plus `above`; 0 without."""
    margin = max(abs(above), NARROWEST_RISE)
    bets = [Bet(share, times * margin) for share, times in RISE_SHARES]
    return log_evidence_of_drop(observed.swapped(), control.swapped(), below=-above, bets=bets)


def describe_rates(model: Counts, rule: Counts) -> str:
    """Return both rates with their numbers, in words."""
    return f"model {_rate(model)}, rules {_rate(rule)}"


def _pair(pooled: float, difference: float, share: float) -> tuple[float, float]:
    return _inside(pooled + (1 - share) * difference), _inside(pooled - share * difference)


def _inside(rate: float) -> float:
    return min(max(rate, NEAREST), 1 - NEAREST)


def _log_ratio(
    observed: Counts, control: Counts, altered: tuple[float, float], equal: tuple[float, float]
) -> float:
    return sum(
        counts.weights[0] * log(rate / null) + counts.weights[1] * log((1 - rate) / (1 - null))
        for counts, rate, null in zip((observed, control), altered, equal, strict=True)
    )


def _mean(counts: Counts) -> float:
    # Half a verdict more on either side: no rate is certain.
    return (counts.weights[0] + 0.5) / (counts.size + 1)


def _rate(counts: Counts) -> str:
    mean = counts.mean
    return "no verdicts" if mean is None else f"{to_percent(mean)} of {counts.size:,.0f}"
