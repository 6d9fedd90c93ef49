"""Every metric of the models: its definition here, its label values from closed lists."""

from collections.abc import Iterable, Iterator

from django.db import Error as DatabaseFailure
from django.db.models import Count
from prometheus_client import Counter, Histogram
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from mlmodels.models import DriftReading, ModelVersion, TrainingRun

PREDICT_REQUESTS = Counter(
    "lm_ml_predict_requests_total",
    "Transactions for which the model was asked. available: True, False.",
    ["available"],
)
PREDICT_LATENCY = Histogram(
    "lm_ml_predict_latency_seconds",
    "Time to compute features and scores of one batch, in seconds.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0),
)
# Known label values exist at 0 before the first request; children are kept: a look-up costs 2-3 µs.
PREDICT_REQUESTS_BY_AVAILABLE = {value: PREDICT_REQUESTS.labels(str(value)) for value in (True, False)}

VERSIONS_SHOWN = 20


class DatabaseCollector(Collector):
    """Read runs and versions at scrape time, so that every process reports the same."""

    def describe(self) -> Iterable[Metric]:
        """Yield the families without their values; no database needed."""
        return _families().values()

    def collect(self) -> Iterable[Metric]:
        """Yield what the database says now; nothing when it does not answer."""
        families = _families()
        try:
            _fill(families)
        except DatabaseFailure:
            return []
        return families.values()


def _families() -> dict[str, CounterMetricFamily | GaugeMetricFamily]:
    statuses = ", ".join(TrainingRun.Status.values)
    return {
        "runs": CounterMetricFamily(
            "lm_ml_train_runs_total", f"Training runs by status. status: {statuses}.", labels=["status"]
        ),
        "newest_f1": GaugeMetricFamily(
            "lm_ml_train_val_f1_macro", "Macro F1 of the newest successful training."
        ),
        "f1": GaugeMetricFamily(
            "lm_ml_model_val_f1_macro",
            f"Macro F1 of the newest {VERSIONS_SHOWN} versions.",
            labels=["version"],
        ),
        "champion": GaugeMetricFamily(
            "lm_ml_model_info", "1 for the version that is champion.", labels=["version"]
        ),
        "last_success": GaugeMetricFamily(
            "lm_ml_train_last_success_timestamp_seconds",
            "When the newest successful training ended, in Unix time.",
        ),
        "drift": GaugeMetricFamily(
            "lm_ml_drift",
            "The champion's drift as a share of its limit: 1 and above is drift. "
            f"kind: {', '.join(DriftReading.Kind.values)}.",
            labels=["kind"],
        ),
    }


def _fill(families: dict[str, CounterMetricFamily | GaugeMetricFamily]) -> None:
    counts = dict(TrainingRun.objects.order_by().values_list("status").annotate(Count("pk")))
    for status in TrainingRun.Status.values:
        families["runs"].add_metric([status], counts.get(status, 0))
    success = TrainingRun.objects.filter(status=TrainingRun.Status.SUCCEEDED)
    newest = success.order_by("-finished_at").values_list("finished_at", "versions__metrics").first()
    if newest is not None:
        finished_at, metrics = newest
        if finished_at:
            families["last_success"].add_metric([], finished_at.timestamp())
        if metrics:
            families["newest_f1"].add_metric([], metrics["val_f1_macro"])
    for pk, f1 in _newest_versions():
        families["f1"].add_metric([str(pk)], f1)
    champion = (
        ModelVersion.objects.filter(status=ModelVersion.Status.CHAMPION).values_list("pk", flat=True).first()
    )
    if champion is not None:
        families["champion"].add_metric([str(champion)], 1)
        for reading in DriftReading.objects.filter(version_id=champion):
            families["drift"].add_metric([reading.kind], reading.value / reading.limit)


def _newest_versions() -> Iterator[tuple[int, float]]:
    rows = ModelVersion.objects.order_by("-pk").values_list("pk", "metrics")[:VERSIONS_SHOWN]
    return ((pk, metrics["val_f1_macro"]) for pk, metrics in rows if "val_f1_macro" in metrics)
