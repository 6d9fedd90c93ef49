"""All verdicts of one look, from counts alone: the log keeps the counts, and anybody can judge them again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from suggestions.domain.evidence.agreement import (
    MIN_COMPARISONS,
    PROCEED_FROM,
    AgreementReading,
    is_surely_at_least,
    read_agreement,
)
from suggestions.domain.evidence.comparison import OutcomeReading, read_outcomes
from suggestions.domain.evidence.e_process import yes_no
from suggestions.domain.evidence.rates import RateReading, read_accept_rates
from suggestions.domain.evidence.totals import Totals
from suggestions.domain.ramp.criteria import Criterion, Situation, judge_criteria
from suggestions.domain.ramp.guardrails import GuardrailReading, LastCalls, read_guardrails


@dataclass(frozen=True, slots=True)
class Margins:
    """What the policy allows the model to lose."""

    accuracy: float = 0.01
    """Against the rules on the same transactions, in 0…1."""
    accept_rate: float = 0.02
    """Of its users against the users of the rules, in 0…1."""
    min_comparisons: int = MIN_COMPARISONS
    """Below which the matrix gives no verdict."""


@dataclass(frozen=True, slots=True)
class HourlyAgreement:
    """The comparisons of one hour."""

    hour: str
    """Its beginning, ISO 8601."""
    agree: int
    disagree: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """What one look at the rollout saw."""

    counted_at: str
    """When, ISO 8601."""
    champion_id: int | None
    """None: there is no champion."""
    percentage: int
    """Hundredths of a percent."""
    rollout_version: int
    champion: Totals = field(default_factory=Totals)
    """Since the champion was first asked."""
    step: Totals = field(default_factory=Totals)
    """Of the champion, since the last change of the percentage."""
    last_hour: Totals = field(default_factory=Totals)
    """Of every model, since the beginning of the hour before this one."""
    hourly: Sequence[HourlyAgreement] = ()
    """The champion's comparisons, oldest first."""
    calls_before: int = 0
    """The champion's requests before the step."""
    failed_before: int = 0
    last_calls: LastCalls = field(default_factory=lambda: LastCalls(0, 0))
    holds: Sequence[str] = ()
    """The reasons of the open holds."""
    margins: Margins = field(default_factory=Margins)

    def to_json(self) -> dict[str, Any]:
        """Return the inputs as they go into the log."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Inputs":
        """Return the inputs that `to_json` was made of."""
        return cls(
            **dict(document)
            | {name: Totals.from_json(document[name]) for name in ("champion", "step", "last_hour")}
            | {
                "hourly": [HourlyAgreement(**one) for one in document["hourly"]],
                "last_calls": LastCalls(**document["last_calls"]),
                "margins": Margins(**document["margins"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one look at the rollout says."""

    inputs: Inputs
    agreement: AgreementReading
    stable_hours: int
    """For so many hours the lower bound of the agreement has been at 85 %."""
    outcomes: tuple[OutcomeReading, ...]
    accept_rates: RateReading
    criteria: tuple[Criterion, ...]
    guardrails: tuple[GuardrailReading, ...]

    def verdicts(self) -> dict[str, Any]:
        """Return everything that was concluded, as JSON."""
        document = {name: _plain(getattr(self, name)) for name in _CONCLUDED}
        return document | {"fired": [one.name for one in self.guardrails if one.has_fired]}

    def to_json(self) -> dict[str, Any]:
        """Return what the log keeps: the inputs, and what was concluded from them."""
        return {"inputs": self.inputs.to_json(), "verdicts": self.verdicts()}


_CONCLUDED = ("agreement", "stable_hours", "outcomes", "accept_rates", "criteria", "guardrails")


def judge(inputs: Inputs) -> Evidence:
    """Return all verdicts of one look."""
    observed = inputs.champion.agreement()
    agreement = read_agreement(observed, min_comparisons=inputs.margins.min_comparisons)
    stable_hours = hours_stable(inputs, design_effect=agreement.design_effect)
    outcomes = read_outcomes(inputs.champion, margin=inputs.margins.accuracy)
    accept_rates = read_accept_rates(inputs.step, margin=inputs.margins.accept_rate)
    situation = Situation(
        is_canary=inputs.percentage > 0,
        agreement=agreement,
        stable_hours=stable_hours,
        step=inputs.step,
        before=Totals(calls=inputs.calls_before, failed_calls=inputs.failed_before),
        last_hour=inputs.last_hour,
        outcomes=outcomes,
        accept_rates=accept_rates,
        holds=inputs.holds,
    )
    guardrails = read_guardrails(inputs.step, inputs.last_calls, percentage=inputs.percentage)
    return Evidence(
        inputs, agreement, stable_hours, outcomes, accept_rates, judge_criteria(situation), guardrails
    )


def hours_stable(inputs: Inputs, *, design_effect: float) -> int:
    """Return for how many hours, up to the look, the lower bound of the agreement has been at 85 %.

    The bound is computed for each hour from all comparisons up to its end; 0 where it is not there now.
    """
    agree = disagree = 0
    since: datetime | None = None
    for one in inputs.hourly:
        agree, disagree = agree + one.agree, disagree + one.disagree
        counts = yes_no(agree, agree + disagree).deflated(design_effect)
        if not is_surely_at_least(counts, PROCEED_FROM):
            since = None
        elif since is None:
            since = datetime.fromisoformat(one.hour) + timedelta(hours=1)
    if since is None:
        return 0
    return max(0, int((datetime.fromisoformat(inputs.counted_at) - since) / timedelta(hours=1)))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value
