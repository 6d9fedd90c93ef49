"""What Prometheus and the dashboard would make of two scrapes: before and after something happened."""

import json
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.unit.operations.test_dashboard import DASHBOARD

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "prometheus/rules/rollout.yml"
ANNOTATIONS: Mapping[str, str] = {one["name"]: one["expr"] for one in DASHBOARD["annotations"]["list"]}
WATCHED = "lm_rollout_"
STILL, MOVED = "2m", "2m15s"
"""The last scrape before it happened, and the first after."""

FIRING = 'ALERTS{alertname="SuggestGuardrailFired", alertstate="firing", severity="critical"'

Scrapes = Sequence[Mapping[str, float]]
"""What each server said."""


def prove_annotated(before: Scrapes, after: Scrapes, *, fired: Collection[str], folder: Path) -> None:
    """Fail unless the change is annotated and exactly these guardrails raise their alert, and not before."""
    tests = [_expects(expression, STILL, {}) for expression in ("ALERTS", *_annotations())]
    alerts = {f'{FIRING}, name="{name}"}}': 1 for name in fired}
    tests += [
        _expects("ALERTS", MOVED, alerts),
        _expects(ANNOTATIONS["Rollout changes"], MOVED, {"{}": 1}),
        _expects(ANNOTATIONS["Guardrails"], MOVED, {f'{{name="{name}"}}': 1 for name in fired}),
    ]
    group = {
        "interval": "15s",
        "input_series": list(_series(before, after)),
        "promql_expr_test": tests,
    }
    document = {"rule_files": [str(RULES)], "evaluation_interval": "15s", "tests": [group]}
    path = folder / "scraped.yml"
    path.write_text(json.dumps(document), encoding="utf-8")  # JSON is YAML
    promtool = shutil.which("promtool")
    assert promtool, "Without promtool nobody can say what Prometheus would; Debian: apt install prometheus"
    command = [promtool, "test", "rules", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def _annotations() -> tuple[str, str]:
    return ANNOTATIONS["Rollout changes"], ANNOTATIONS["Guardrails"]


def _expects(expression: str, at: str, samples: Mapping[str, float]) -> dict[str, Any]:
    expected = [{"labels": labels, "value": value} for labels, value in samples.items()]
    return {"expr": expression, "eval_time": at, "exp_samples": expected}


def _series(before: Scrapes, after: Scrapes) -> Iterator[dict[str, str]]:
    for number, (then, now) in enumerate(zip(before, after, strict=True), start=1):
        for name in (name for name in then if name.startswith(WATCHED)):
            metric, _, labels = name.partition("{")
            labels = f'{{job="lm-suggest", instance="web-{number}:8000"' + (f", {labels}" if labels else "}")
            # Nine scrapes of the one, nine of the other.
            yield {"series": metric + labels, "values": f"{then[name]:g}x8 {now[name]:g}x8"}
