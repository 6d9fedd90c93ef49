"""What lowers the canary by itself, at any time: of a hundred sound rollouts of four weeks, one at most."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import comb, log, log10

from mlmodels.domain.figures import to_percent
from suggestions.domain.evidence.clusters import Clustered
from suggestions.domain.evidence.e_process import Bet, Counts, log_capital, yes_no
from suggestions.domain.evidence.latency import BUDGET_MS
from suggestions.domain.evidence.rates import describe_rates, log_evidence_of_drop
from suggestions.domain.evidence.totals import Totals, accepted_of
from suggestions.domain.percentage import FULL

ERROR_BURST, ERRORS, LATENCY = "error_burst", "errors", "latency"
ACCEPT_RATE, CATEGORY_COLLAPSE, SAMPLE_RATIO = "accept_rate", "category_collapse", "sample_ratio"
ALPHA: Mapping[str, float] = {
    ERROR_BURST: 0.001,
    ERRORS: 0.001,
    LATENCY: 0.001,
    ACCEPT_RATE: 0.005,
    CATEGORY_COLLAPSE: 0.002,
    SAMPLE_RATIO: 0.001,
}
"""Probability of a false alarm of each, over all looks of four weeks; those that lower add up to 1 %."""
NAMES = tuple(ALPHA)
LAST_CALLS = 50
LOOKS = 28 * 24 * 60 * 2
"""Two looks a minute for four weeks share the error of the burst (Bonferroni)."""
MIN_BURST = 5
ALLOWED_SHARE = 0.05
"""Of failed calls, and of slow ones."""
BETS = (Bet(0.3, 0.02), Bet(0.4, 0.06), Bet(0.3, 0.25))
RATIO_BETS = (Bet(0.5, 0.01), Bet(0.5, 0.04))
MIN_COLLAPSE = 0.2
"""A category has collapsed where its accept rate lies surely so far below that of the rules' users."""


class Action(StrEnum):
    """What follows when a guardrail fires."""

    LOWER = "lower"
    """Narrow the canary at once, and hold it there."""
    HOLD = "hold"
    """Widen it no further until a person has looked."""


@dataclass(frozen=True, slots=True)
class GuardrailReading:
    """One guardrail at one look."""

    name: str
    title: str
    action: Action
    evidence: float
    """For harm, as a power of ten; 0 says nothing either way."""
    limit: float
    """The evidence from which it fires."""
    detail: str
    """What was found, in words for people."""

    @property
    def has_fired(self) -> bool:
        """Tell whether the limit is reached."""
        return self.evidence >= self.limit


@dataclass(frozen=True, slots=True)
class LastCalls:
    """The newest model calls of the step, 50 at most."""

    calls: int
    failed: int


def read_guardrails(step: Totals, last: LastCalls, *, percentage: int) -> tuple[GuardrailReading, ...]:
    """Judge a step of the canary by what was counted since it began; `percentage` in hundredths of a percent.

    No data is no alarm, and no pass either: the criteria ask for data.
    """
    return (
        _burst(last),
        _share(ERRORS, "The model answers", step.failed_calls, step.calls, "failed"),
        _share(LATENCY, "Requests are fast", step.slow_calls, step.calls, f"took more than {BUDGET_MS} ms"),
        _accept_rate(step),
        _category_collapse(step),
        _sample_ratio(step.in_canary(), percentage),
    )


def _burst(last: LastCalls) -> GuardrailReading:
    # A fixed number of calls, looked at again and again: each look has its part of the error.
    chance = _at_least(last.failed, last.calls, ALLOWED_SHARE) if last.failed >= MIN_BURST else 1.0
    return GuardrailReading(
        ERROR_BURST,
        "No burst of errors",
        Action.LOWER,
        evidence=-log10(max(chance, 1e-300)),
        limit=-log10(ALPHA[ERROR_BURST] / LOOKS),
        detail=f"{last.failed} of the last {last.calls} calls failed",
    )


def _share(name: str, title: str, bad: int, calls: int, what: str) -> GuardrailReading:
    won = log_capital(yes_no(bad, calls), at_most=ALLOWED_SHARE, bets=BETS)
    found = f"{to_percent(bad / calls, 2)} of {calls:,} requests {what}" if calls else "no requests yet"
    return _reading(name, title, won, f"{found}; {to_percent(ALLOWED_SHARE, 0)} are allowed")


def _accept_rate(step: Totals) -> GuardrailReading:
    model, rule = step.accepted("model"), step.accepted("rule")
    won = log_evidence_of_drop(model.effective, rule.effective)
    return _reading(ACCEPT_RATE, "Users of the model accept", won, describe_rates(model.counts, rule.counts))


def _category_collapse(step: Totals) -> GuardrailReading:
    effect = step.accepted("model").design_effect
    found = {
        category: (_accepted(counts, "model"), _accepted(counts, "rule"))
        for category, counts in step.by_category.items()
    }
    drops = {
        category: log_evidence_of_drop(model.deflated(effect), rule.deflated(effect), below=-MIN_COLLAPSE)
        for category, (model, rule) in found.items()
        if model.size and rule.size
    }
    if not drops:
        return _reading(CATEGORY_COLLAPSE, "No category collapses", 0.0, "no category with verdicts on both")
    worst = max(drops, key=lambda category: drops[category])
    # The error is shared among the categories looked at.
    won = drops[worst] - log(len(drops))
    detail = f"of {len(drops)} the worst is {worst}: {describe_rates(*found[worst])}"
    return _reading(CATEGORY_COLLAPSE, "No category collapses", won, detail)


def _accepted(counts: Mapping[str, int], source: str) -> Counts:
    return yes_no(*accepted_of(counts, source))


def _sample_ratio(observed: Clustered, percentage: int) -> GuardrailReading:
    title, expected = "The canary has its share of users", percentage / FULL
    mean = observed.counts.mean
    if mean is None or not 0 < percentage < FULL:
        return _reading(SAMPLE_RATIO, title, 0.0, "nothing to compare", Action.HOLD)
    yes, no = observed.effective.weights
    more = log_capital(yes_no(yes, yes + no), at_most=expected, bets=RATIO_BETS)
    fewer = log_capital(yes_no(no, yes + no), at_most=1 - expected, bets=RATIO_BETS)
    won = max(more, fewer) - log(2)  # two directions, half of the error each
    found = f"{to_percent(mean, 2)} of the suggestions with a user, {to_percent(expected, 2)} of the users"
    return _reading(SAMPLE_RATIO, title, won, found, Action.HOLD)


def _reading(
    name: str, title: str, log_evidence: float, detail: str, action: Action = Action.LOWER
) -> GuardrailReading:
    return GuardrailReading(name, title, action, log_evidence / log(10), -log10(ALPHA[name]), detail)


def _at_least(failed: int, calls: int, share: float) -> float:
    return sum(comb(calls, n) * share**n * (1 - share) ** (calls - n) for n in range(failed, calls + 1))
