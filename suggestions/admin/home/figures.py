"""The figures of the home page: accept rates with intervals, latency, availability, why the rules served."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import localize

from mlmodels.domain.figures import to_percent
from suggestions.admin.rollout.evidence_view import SOURCE_LABELS, EvidenceCard
from suggestions.domain.evidence.latency import BUDGET_MS, shown_quantiles
from suggestions.domain.evidence.totals import Totals, accepted_of
from suggestions.domain.intervals import wilson_interval
from suggestions.domain.ramp.criteria import MIN_AVAILABILITY
from suggestions.domain.ramp.guardrails import GuardrailReading
from suggestions.models import Fallback


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with its 95 % interval (Wilson), as a bar from 0 to 100 %."""

    label: str
    text: str
    at: str
    """Percent from the left, for CSS; empty without data."""
    begin: str = ""
    width: str = ""


@dataclass(frozen=True, slots=True)
class Delay:
    """One quantile of the latency beside the budget."""

    label: str
    text: str
    width: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class Guard:
    """One guardrail with its state."""

    title: str
    detail: str
    state: str
    variant: str


@dataclass(frozen=True, slots=True)
class Count:
    """How often the model did not serve, for one reason."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """What the counts of the last 48 hours look like."""

    accepted: list[Interval]
    delays: list[Delay]
    budget: int
    budget_at: str
    availability: Interval
    fallbacks: list[Count]
    guards: list[Guard]


def view_figures(view: EvidenceCard) -> HomeFigures:
    """Return the figures of a period, and the guardrails of the step."""
    period = view.period
    values = shown_quantiles(period.latency)
    longest = max([1.25 * BUDGET_MS, *(ms for ms in values.values() if ms is not None)])
    return HomeFigures(
        accepted=[_accepted(period, source, label) for source, label in SOURCE_LABELS.items()],
        delays=[_delay(name, ms, longest) for name, ms in values.items()],
        budget=BUDGET_MS,
        budget_at=f"{100 * BUDGET_MS / longest:.1f}",
        availability=_interval("Availability", period.calls - period.failed_calls, period.calls, "calls"),
        fallbacks=_fallbacks(view.fallbacks),
        guards=[_guard(one, is_canary=view.is_canary) for one in view.evidence.guardrails],
    )


def wanted_availability() -> str:
    """Return the share of model calls that have to be answered, as text."""
    return to_percent(MIN_AVAILABILITY, 0)


def _accepted(period: Totals, source: str, label: str) -> Interval:
    return _interval(label, *accepted_of(period.counts, source), "verdicts")


def _interval(label: str, hits: int, size: int, what: str) -> Interval:
    if not size:
        return Interval(label, f"no {what} yet", "")
    low, high = wilson_interval(hits, size)
    text = f"{to_percent(hits / size)} of {size:,}, {100 * low:.0f} to {100 * high:.0f} %"
    return Interval(
        label, text, f"{100 * hits / size:.1f}", f"{100 * low:.1f}", f"{max(100 * (high - low), 0.5):.1f}"
    )


def _delay(label: str, ms: float | None, longest: float) -> Delay:
    if ms is None:
        return Delay(label, "no calls yet", "0", is_over=False)
    return Delay(label, f"{localize(round(ms))} ms", f"{100 * ms / longest:.1f}", is_over=ms > BUDGET_MS)


def _fallbacks(counts: Mapping[str, int]) -> list[Count]:
    labels = dict(Fallback.choices)
    found = [Count(str(labels.get(name, name)), count) for name, count in counts.items() if count]
    return sorted(found, key=lambda one: (-one.count, one.label))


def _guard(reading: GuardrailReading, *, is_canary: bool) -> Guard:
    if reading.has_fired:
        return Guard(reading.title, reading.detail, "fired", "danger")
    if not is_canary:
        return Guard(reading.title, reading.detail, "no canary", "info")
    return Guard(reading.title, reading.detail, "quiet", "success")
