"""What has to be green before the canary is widened."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mlmodels.domain.figures import to_percent
from suggestions.domain.evidence.agreement import MIN_GROUPS, PROCEED_FROM, AgreementReading, Verdict
from suggestions.domain.evidence.comparison import LeadVerdict, OutcomeReading, deciding
from suggestions.domain.evidence.latency import BUDGET_MS, quantile
from suggestions.domain.evidence.rates import RateReading
from suggestions.domain.evidence.totals import Totals

STABLE_HOURS = 48
MIN_AVAILABILITY = 0.95
MIN_CALLS = 100
ALERT_BELOW = 0.75
"""Agreement of the last hour; the alert SuggestAgreementDrop looks at the same."""
ALERT_COMPARISONS = 20
MORE_ERRORS = 0.01
"""By so much the share of failed calls may lie above what it was before the step."""


class Status(StrEnum):
    """How a criterion stands; no data is never a pass."""

    GREEN = "green"
    RED = "red"
    NO_DATA = "no data"


SHOWN = {"rule": "shown the rules", "model": "shown the model", "blind": "shown nothing"}
_STATUS = {
    LeadVerdict.NOT_WORSE: Status.GREEN,
    LeadVerdict.WORSE: Status.RED,
    LeadVerdict.UNDECIDED: Status.NO_DATA,
    LeadVerdict.NO_DATA: Status.NO_DATA,
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition for the next step."""

    name: str
    title: str
    status: Status
    detail: str
    """What was found, and for want of data what is missing, in words for people."""
    is_required: bool = True
    """Whether the step waits for it; one that is not required still stops the step when it is red."""

    @property
    def is_green(self) -> bool:
        """Tell whether the condition holds."""
        return self.status == Status.GREEN

    @property
    def blocks(self) -> bool:
        """Tell whether the canary must not be widened because of it."""
        return not self.is_green if self.is_required else self.status == Status.RED


@dataclass(frozen=True, slots=True)
class Situation:
    """What the criteria are judged by."""

    is_canary: bool
    """Some users see the model already."""
    agreement: AgreementReading
    stable_hours: int
    """Since when the lower bound of the agreement has been at 85 % at every full hour."""
    step: Totals
    """Since the last change of the rollout."""
    before: Totals
    """Of the same model before that."""
    last_hour: Totals
    outcomes: tuple[OutcomeReading, ...]
    accept_rates: RateReading
    holds: Sequence[str]
    """The reasons of the open holds."""


def judge_criteria(situation: Situation) -> tuple[Criterion, ...]:
    """Return the criteria of the shadow, and with the canary open also those of the canary."""
    criteria = [
        _agreement(situation.agreement, situation.stable_hours),
        _latency(situation.step),
        _availability(situation.step),
        _alert(situation.last_hour),
        _accuracy(situation.outcomes, is_required=situation.is_canary),
        _incidents(situation.holds),
    ]
    if situation.is_canary:
        criteria += [_accept_rates(situation.accept_rates), _errors(situation.step, situation.before)]
    return tuple(criteria)


def _agreement(reading: AgreementReading, stable_hours: int) -> Criterion:
    title = f"Agreement at least {to_percent(PROCEED_FROM, 0)} for {STABLE_HOURS} hours"
    if reading.share is None:
        return Criterion(
            "agreement", title, Status.NO_DATA, f"no comparisons yet; {reading.needed} are needed"
        )
    bounds = f"surely between {to_percent(reading.lower)} and {to_percent(reading.upper)}"
    found = f"{to_percent(reading.share)} of {reading.comparisons:,}, {bounds}"
    if reading.verdict == Verdict.RETRAIN or reading.upper < PROCEED_FROM:
        return Criterion("agreement", title, Status.RED, found)
    if reading.verdict != Verdict.PROCEED:
        return Criterion("agreement", title, Status.NO_DATA, f"{found}; {_missing(reading)}")
    if stable_hours < STABLE_HOURS:
        held = f"the lower end has been there for {stable_hours} of {STABLE_HOURS} hours"
        return Criterion("agreement", title, Status.NO_DATA, f"{found}; {held}")
    return Criterion("agreement", title, Status.GREEN, found)


def _missing(reading: AgreementReading) -> str:
    if reading.needed is None:
        return "as it stands, more comparisons will not decide"
    if not reading.needed and reading.groups < MIN_GROUPS:
        return f"too few users or merchants: {reading.groups} groups of {MIN_GROUPS}"
    return f"about {reading.needed:,} more comparisons are needed" if reading.needed else "too near to 85 %"


def _latency(step: Totals) -> Criterion:
    title = f"95 % of the requests within {BUDGET_MS} ms"
    p95 = quantile(step.latency, 0.95)
    if step.calls < MIN_CALLS or p95 is None:
        return Criterion("latency", title, Status.NO_DATA, _calls(step))
    status = Status.GREEN if p95 < BUDGET_MS else Status.RED
    return Criterion("latency", title, status, f"{p95:.0f} ms over {step.calls:,} requests")


def _availability(step: Totals) -> Criterion:
    title = f"The model answers more than {to_percent(MIN_AVAILABILITY, 0)} of the requests"
    if step.calls < MIN_CALLS:
        return Criterion("availability", title, Status.NO_DATA, _calls(step))
    share = 1 - step.failed_calls / step.calls
    status = Status.GREEN if share > MIN_AVAILABILITY else Status.RED
    detail = f"{to_percent(share, 2)} of {step.calls:,} requests{_reasons(step)}"
    return Criterion("availability", title, status, detail)


def _reasons(step: Totals) -> str:
    worst = sorted(step.failures.items(), key=lambda item: -item[1])[:3]
    named = ", ".join(f"{name} {n:,}" for name, n in worst)
    return f"; suggestions without its answer: {named}" if worst else ""


def _alert(last_hour: Totals) -> Criterion:
    title = f"Agreement of the last hour not below {to_percent(ALERT_BELOW, 0)}"
    agree, disagree = last_hour.count("agree"), last_hour.count("disagree")
    if agree + disagree < ALERT_COMPARISONS:
        return Criterion(
            "alert", title, Status.NO_DATA, f"{agree + disagree} comparisons, {ALERT_COMPARISONS} are needed"
        )
    share = agree / (agree + disagree)
    status = Status.GREEN if share >= ALERT_BELOW else Status.RED
    return Criterion("alert", title, status, f"{to_percent(share)} of {agree + disagree:,}")


def _accuracy(outcomes: tuple[OutcomeReading, ...], *, is_required: bool) -> Criterion:
    title, reading = "The model is right as often as the rules", deciding(outcomes)
    status = _STATUS[reading.standing]
    detail = f"{SHOWN[reading.arm]}: {reading.text}"
    return Criterion("accuracy", title, status, detail, is_required)


def _accept_rates(reading: RateReading) -> Criterion:
    title = "Users of the model accept as often as users of the rules"
    return Criterion("accept_rate", title, _STATUS[reading.standing], reading.detail)


def _errors(step: Totals, before: Totals) -> Criterion:
    title = "No more failed calls than before the step"
    if step.calls < MIN_CALLS:
        return Criterion("errors", title, Status.NO_DATA, _calls(step))
    if before.calls < MIN_CALLS:
        # A champion promoted on this step has no time before it; its availability is asked for anyway.
        detail = "the champion was not asked often enough before to compare with"
        return Criterion("errors", title, Status.NO_DATA, detail, is_required=False)
    now, then = step.failed_calls / step.calls, before.failed_calls / before.calls
    status = Status.GREEN if now <= then + MORE_ERRORS else Status.RED
    return Criterion("errors", title, status, f"{to_percent(now, 2)} now, {to_percent(then, 2)} before")


def _incidents(holds: Sequence[str]) -> Criterion:
    title = "No hold"
    if holds:
        return Criterion("incidents", title, Status.RED, "; ".join(holds))
    return Criterion("incidents", title, Status.GREEN, "nobody and nothing holds the canary")


def _calls(totals: Totals) -> str:
    return f"{totals.calls:,} requests, {MIN_CALLS} are needed"
