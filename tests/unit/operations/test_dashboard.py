"""Grafana: the dashboard is where it is looked for, and asks only for what the service exports."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from tests.unit.operations.promql_selectors import is_exported, selectors_of

ROOT = Path(__file__).resolve().parents[3]
GRAFANA = ROOT / "grafana"
DASHBOARD: dict[str, Any] = json.loads((GRAFANA / "dashboards/ml-suggest.json").read_text(encoding="utf-8"))
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
PROMETHEUS_OWN = {"up"}  # written by Prometheus itself
FIRST_PANELS = {
    "Agreement Rate": "gauge",
    "Suggestions by Source": "timeseries",
    "Model Availability": "gauge",
}
FURTHER_PANELS = {
    "Accept Rate by Source",
    "Event Write Failures",
    "Fallback Reasons",
    "Guardrails",
    "Model Drift",
    "Predict Latency",
    "Rollout Percentage",
    "Suggestion Latency",
    "Suggestions by State",
    "Training F1 by Version",
    "Training Runs",
}


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def dashboard_queries() -> dict[str, str]:
    panels = {
        f"{one['title']} {target['refId']}": target["expr"] for one in PANELS for target in one["targets"]
    }
    return panels | {one["name"]: one["expr"] for one in DASHBOARD["annotations"]["list"]}


def rule_queries() -> dict[str, str]:
    files = (load(path) for path in sorted((ROOT / "prometheus/rules").glob("*.yml")))
    return {
        rule["alert"]: rule["expr"] for file in files for group in file["groups"] for rule in group["rules"]
    }


QUERIES = dashboard_queries() | rule_queries()
every_query = pytest.mark.parametrize(
    "query", [pytest.param(QUERIES[name], id=name) for name in sorted(QUERIES)]
)


def primed_values(metric: str, label: str) -> set[str]:
    families = (family for family in REGISTRY.collect() if family.name.startswith("lm_"))
    samples = [sample for family in families for sample in family.samples if sample.name == metric]
    return {sample.labels[label] for sample in samples if label in sample.labels}


def test_dashboard__has_its_fixed_uid_and_panels() -> None:
    kinds = {panel["title"]: panel["type"] for panel in PANELS}

    assert DASHBOARD["uid"] == "ml-suggest-3311af"
    assert FIRST_PANELS.items() <= kinds.items()
    assert kinds.keys() >= FURTHER_PANELS


def test_agreement_gauge__turns_at_75_and_85_percent() -> None:
    gauge = next(panel for panel in PANELS if panel["title"] == "Agreement Rate")
    field = gauge["fieldConfig"]["defaults"]

    assert (field["unit"], field["min"], field["max"]) == ("percent", 0, 100)
    assert [(step["color"], step["value"]) for step in field["thresholds"]["steps"]] == [
        ("red", None),
        ("yellow", 75),
        ("green", 85),
    ]
    assert gauge["targets"][0]["expr"].startswith("100 * ")


def test_latency_panel__shows_the_three_percentiles() -> None:
    panel = next(panel for panel in PANELS if panel["title"] == "Suggestion Latency")

    assert [target["legendFormat"] for target in panel["targets"]] == ["p50", "p95", "p99"]


def test_rollout__is_annotated_where_it_changed() -> None:
    queries = [one["expr"] for one in DASHBOARD["annotations"]["list"] if one["enable"]]

    assert any("changes(lm_rollout_version" in query for query in queries)
    assert any("lm_rollout_guardrail" in query for query in queries)


def test_datasources__are_the_provisioned_one() -> None:
    (provisioned,) = load(GRAFANA / "provisioning/datasources/prometheus.yml")["datasources"]
    targets = [target for panel in PANELS for target in panel["targets"]]

    used = {one["datasource"]["uid"] for one in [*PANELS, *targets, *DASHBOARD["annotations"]["list"]]}
    assert used == {provisioned["uid"]}


def test_panels__have_ids_of_their_own_and_do_not_overlap() -> None:
    places = [panel["gridPos"] for panel in PANELS]

    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    assert all(place["x"] + place["w"] <= 24 for place in places)
    for one, other in combinations(places, 2):
        is_beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        is_below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert is_beside or is_below, (one, other)


@every_query
def test_query__names_only_exported_metrics(query: str) -> None:
    metrics = {selector.metric for selector in selectors_of(query)}

    assert metrics
    assert [name for name in metrics - PROMETHEUS_OWN if not is_exported(name)] == []


@every_query
def test_query__asks_only_for_label_values_that_are_primed(query: str) -> None:
    for selector in selectors_of(query):
        for label, values in selector.values.items():
            if known := primed_values(selector.metric, label):
                assert set(values.split("|")) <= known, (selector.metric, label)


def test_selectors__finds_them_in_every_part_of_a_query() -> None:
    query = "topk(scalar(a), b) + -c / (d offset 1h) > clamp(rate(e[5m]), scalar(f), 1) and deriv(g[1h:5m])"

    assert {selector.metric for selector in selectors_of(query)} == set("abcdefg")


def test_metric_names__as_written_in_a_query() -> None:
    assert is_exported("lm_suggest_compare_total")
    assert is_exported("lm_suggest_latency_seconds_bucket")
    assert not is_exported("lm_suggest_compare")
