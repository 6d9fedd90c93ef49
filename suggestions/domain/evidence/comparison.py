"""Model against rules on transactions whose category became known: paired, sequential, by what was shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mlmodels.domain.figures import to_percent
from suggestions.domain.evidence.e_process import Bet, Counts, lower_bound
from suggestions.domain.evidence.totals import ARMS, OUTCOMES, Totals

MIN_OUTCOMES = 100
ALPHA = 0.05
"""Probability that a worse model is called not worse, or the reverse, over all looks together."""
VARIANCE = 0.1
"""What the bets reckon with: rules and model differ in being right on about every tenth transaction."""
BETS = (Bet(0.4, 0.01), Bet(0.4, 0.03), Bet(0.2, 0.08))


class LeadVerdict(StrEnum):
    """What is known of the model's lead over the rules."""

    NOT_WORSE = "not worse"
    WORSE = "worse"
    UNDECIDED = "undecided"
    NO_DATA = "no data"


@dataclass(frozen=True, slots=True)
class OutcomeReading:
    """The comparison on those who were shown the same."""

    arm: str
    """What they were shown: rule, model, blind."""
    outcomes: int
    model_right: int
    rule_right: int
    lower: float
    """The model's lead in accuracy is not below it, at 95 % over all looks together; −1…1."""
    upper: float
    standing: LeadVerdict

    @property
    def model_accuracy(self) -> float | None:
        """Return the model's share of right answers, silence counted as wrong; None without outcomes."""
        return self.model_right / self.outcomes if self.outcomes else None

    @property
    def rule_accuracy(self) -> float | None:
        """Return the rules' share of right answers on the same transactions."""
        return self.rule_right / self.outcomes if self.outcomes else None

    @property
    def text(self) -> str:
        """Return both accuracies and what is sure of the lead, in words for people."""
        if self.model_accuracy is None or self.rule_accuracy is None:
            return f"no category has become known yet; {MIN_OUTCOMES} are needed"
        model, rules = to_percent(self.model_accuracy), to_percent(self.rule_accuracy)
        return (
            f"model {model}, rules {rules} right of {self.outcomes:,}; "
            f"lead surely between {100 * self.lower:+.1f} and {100 * self.upper:+.1f} points"
        )


def read_outcomes(totals: Totals, *, margin: float = 0.01) -> tuple[OutcomeReading, ...]:
    """Judge the model's accuracy against the rules' for each arm; `margin` is what it may lose, in 0…1.

    People accept what they are shown, so the rules look too good where they were shown, and the model where
    it was. The blind arm is the fair one; that of the rules is the cautious one.
    """
    return tuple(_read_arm(totals, arm, margin) for arm in ARMS)


def deciding(readings: tuple[OutcomeReading, ...]) -> OutcomeReading:
    """Return the arm to decide by: the fairest of those with enough outcomes, else the one with the most."""
    by_arm: Mapping[str, OutcomeReading] = {reading.arm: reading for reading in readings}
    for arm in ("blind", "rule", "model"):
        if by_arm[arm].outcomes >= MIN_OUTCOMES:
            return by_arm[arm]
    return max(readings, key=lambda reading: reading.outcomes)


def _read_arm(totals: Totals, arm: str, margin: float) -> OutcomeReading:
    observed = totals.outcomes([arm])
    effective = observed.counts.deflated(totals.outcomes().design_effect)
    lower, upper = _bound(effective), -_bound(Counts((-1.0, 0.0, 1.0), effective.weights))
    both, only_model, only_rule, _ = (totals.count(f"{arm}_{name}") for name in OUTCOMES)
    size = int(observed.counts.size)
    return OutcomeReading(
        arm, size, both + only_model, both + only_rule, lower, upper, _standing(size, lower, upper, margin)
    )


def _bound(counts: Counts) -> float:
    return lower_bound(counts, alpha=ALPHA, bets=BETS, floor=-1.0, spread=VARIANCE)


def _standing(outcomes: int, lower: float, upper: float, margin: float) -> LeadVerdict:
    if outcomes < MIN_OUTCOMES:
        return LeadVerdict.NO_DATA
    if lower >= -margin:
        return LeadVerdict.NOT_WORSE
    return LeadVerdict.WORSE if upper < -margin else LeadVerdict.UNDECIDED
