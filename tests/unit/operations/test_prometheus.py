"""Prometheus: the configuration loads, every alert does what it says, and every alert leads somewhere."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
PROMETHEUS = ROOT / "prometheus"
RULE_FILES = sorted((PROMETHEUS / "rules").glob("*.yml"))
TEST_FILES = sorted((PROMETHEUS / "tests").glob("*.yml"))
CASES = ("fires", "does not fire", "idle", "missing series")
PROMISED = {
    "SuggestAgreementDrop",
    "SuggestAuditWriteFailures",
    "SuggestBreakerOpen",
    "SuggestCanaryMovedByItself",
    "SuggestErrorRateHigh",
    "SuggestEventWriteFailures",
    "SuggestGuardrailFired",
    "SuggestLatencyHigh",
    "SuggestModelDrift",
    "SuggestModelUnavailable",
    "SuggestServiceDown",
    "SuggestTrainingFailed",
    "SuggestTrainingOverdue",
}

promtool = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(promtool is None, reason="no promtool; Debian: apt install prometheus")


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def run_promtool(*arguments: str | Path) -> str:
    command = [str(promtool), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def to_anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")


ALERTS: dict[str, dict[str, Any]] = {
    rule["alert"]: rule for path in RULE_FILES for group in load(path)["groups"] for rule in group["rules"]
}
ALERT_TESTS: list[dict[str, Any]] = [test for path in TEST_FILES for test in load(path)["tests"]]


@needs_promtool
def test_config__is_valid() -> None:
    # The token's file exists only in the container, hence no look at the files named in it.
    output = run_promtool("check", "config", "--syntax-only", PROMETHEUS / "prometheus.yml")

    assert "SUCCESS" in output


def test_config__loads_every_rule_file() -> None:
    patterns = load(PROMETHEUS / "prometheus.yml")["rule_files"]

    assert sorted(path for pattern in patterns for path in PROMETHEUS.glob(pattern)) == RULE_FILES


@needs_promtool
def test_rules__are_valid() -> None:
    output = run_promtool("check", "rules", *RULE_FILES)

    assert output.count("SUCCESS") == len(RULE_FILES)


@needs_promtool
@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in TEST_FILES])
def test_rules__pass_their_unit_tests(path: Path) -> None:
    output = run_promtool("test", "rules", path)

    assert "SUCCESS" in output


def test_alerts__are_those_of_the_contract() -> None:
    assert set(ALERTS) == PROMISED


def test_agreement_drop__is_a_warning_after_thirty_minutes() -> None:
    alert = ALERTS["SuggestAgreementDrop"]

    assert alert["for"] == "30m"
    assert alert["labels"]["severity"] == "warning"
    assert "< 0.75" in alert["expr"]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("alert", sorted(ALERTS))
def test_alert__has_a_unit_test_of_each_case(alert: str, case: str) -> None:
    tests = [test for test in ALERT_TESTS if test["name"].startswith(f"{alert}: {case}")]
    checks = [check for test in tests for check in test["alert_rule_test"]]

    assert checks
    assert {check["alertname"] for check in checks} == {alert}
    if case == "fires":
        assert all(any(check["exp_alerts"] for check in test["alert_rule_test"]) for test in tests)
    elif (alert, case) != (
        "SuggestServiceDown",
        "missing series",
    ):  # there the missing series are the symptom
        assert not any(check["exp_alerts"] for check in checks)


@pytest.mark.parametrize("alert", sorted(ALERTS))
def test_alert__says_what_it_means_and_where_to_read_on(alert: str) -> None:
    rule = ALERTS[alert]

    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["description"]
    assert re.fullmatch(r"docs/runbook\.md#[a-z0-9-]+", rule["annotations"]["runbook_url"])


@pytest.mark.parametrize("alert", sorted(ALERTS))
def test_runbook__has_the_heading_an_alert_points_at(alert: str) -> None:
    path, anchor = ALERTS[alert]["annotations"]["runbook_url"].split("#")
    runbook = (ROOT / path).read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", runbook, flags=re.MULTILINE)

    assert anchor in {to_anchor(heading) for heading in headings}
