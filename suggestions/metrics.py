"""Every metric of the service: its definition here, its label values from closed lists."""

from collections.abc import Iterable

from django.db import DatabaseError
from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from mlmodels import services
from suggestions.domain.ramp.guardrails import NAMES
from suggestions.models import Fallback, Rollout, RolloutHold, Source, State

COMPARE = Counter(
    "lm_suggest_compare_total",
    "Suggestions by whether rules and model agreed; None when one of them had no answer. "
    "agree: True, False, None.",
    ["agree"],
)
SOURCE = Counter(
    "lm_suggest_source_total", "Suggestions by whose answer was served. source: rule, model.", ["source"]
)
COVERAGE = Counter(
    "lm_suggest_coverage_total",
    f"Suggestions by state; the states add up to the suggestions served. state: {', '.join(State.values)}.",
    ["state"],
)
FALLBACK = Counter(
    "lm_ml_fallback_total",
    f"Suggestions not served by the model, by reason. reason: {', '.join(Fallback.values)}.",
    ["reason"],
)
FEEDBACK = Counter(
    "lm_suggest_feedback_total",
    "Verdicts of end users. source: rule, model. action: accept, reject, correct.",
    ["source", "action"],
)
LATENCY = Histogram(
    "lm_suggest_latency_seconds",
    "Time to answer one suggestions request, in seconds.",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0),
)
EVENT_WRITE_FAILURES = Counter(
    "lm_event_write_failures_total", "Suggestions that were answered but could not be recorded."
)
CHALLENGER = Counter(
    "lm_ml_challenger_total",
    "Transactions for the challenger. answered: it gave a category; silent: it had nothing to say; error: it "
    "could not be asked, broke, or its answer could not be kept; dropped: it was too slow to be asked. "
    "outcome: answered, silent, error, dropped.",
    ["outcome"],
)
BREAKER_OPEN = Gauge(
    "lm_suggest_breaker_open",
    "1 while a process has stopped asking the model because it failed too often.",
    multiprocess_mode="livemax",
)

CHALLENGER_OUTCOMES = ("answered", "silent", "error", "dropped")
ACTIONS = ("accept", "reject", "correct")

# Known label values exist at 0 before the first request; a child is kept because looking it up costs 2-3 µs.
COMPARE_BY_AGREE = {agree: COMPARE.labels(agree) for agree in ("True", "False", "None")}
SOURCE_BY_VALUE = {source: SOURCE.labels(source) for source in Source.values}
COVERAGE_BY_STATE = {state: COVERAGE.labels(state) for state in State.values}
FALLBACK_BY_REASON = {reason: FALLBACK.labels(reason) for reason in Fallback.values}
CHALLENGER_BY_OUTCOME = {outcome: CHALLENGER.labels(outcome) for outcome in CHALLENGER_OUTCOMES}
FEEDBACK_BY_SOURCE_ACTION = {
    (source, action): FEEDBACK.labels(source, action) for source in Source.values for action in ACTIONS
}


class RolloutCollector(Collector):
    """Read the rollout row at scrape time, so that every process reports the same."""

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Yield the metrics without values."""
        yield GaugeMetricFamily("lm_rollout_percentage", "Share of users served by the model, in percent.")
        yield GaugeMetricFamily("lm_rollout_version", "Rises by one with each change of the rollout.")

    def collect(self) -> Iterable[Metric]:
        """Yield percentage and version; nothing when the row cannot be read."""
        try:
            row = Rollout.objects.filter(pk=1).values_list("percentage", "version").first()
        except DatabaseError:
            return
        if row is None:
            return
        for family, value in zip(self.describe(), (row[0] / 100, row[1]), strict=True):
            family.add_metric([], value)
            yield family


class HoldCollector(Collector):
    """Read what holds the canary at scrape time, so that every process reports the same."""

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Yield the metrics without values."""
        yield GaugeMetricFamily("lm_rollout_holds", "Open holds, by guardrails and by people.")
        yield GaugeMetricFamily(
            "lm_rollout_guardrail",
            f"1 from when a guardrail fired until its hold is lifted. name: {', '.join(NAMES)}.",
            labels=["name"],
        )

    def collect(self) -> Iterable[Metric]:
        """Yield the number of holds and each guardrail; nothing when the table cannot be read."""
        try:
            placed = list(RolloutHold.objects.filter(lifted_at=None).values_list("guardrail", flat=True))
        except DatabaseError:
            return
        holds, guardrails = self.describe()
        holds.add_metric([], len(placed))
        for name in NAMES:
            guardrails.add_metric([name], int(name in placed))
        yield from (holds, guardrails)


def exported_metric_names() -> frozenset[str]:
    """Return the names under which metrics are exported, without a histogram's _bucket, _sum and _count."""
    families = [
        *REGISTRY.collect(),
        *RolloutCollector().describe(),
        *HoldCollector().describe(),
        *services.metrics_collector().describe(),
    ]
    return frozenset(
        f"{family.name}_total" if family.type == "counter" else family.name for family in families
    )
