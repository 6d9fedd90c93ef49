from dataclasses import replace

import pytest

from mlmodels.domain.evaluation import Evaluation
from mlmodels.domain.gate import judge

GOOD = Evaluation(
    size=100,
    is_finite=True,
    accuracy=0.9,
    top3=0.97,
    f1_macro=0.8,
    per_class={},
    majority_accuracy=0.4,
    baseline_coverage=0.5,
    baseline_accuracy=0.85,
    accuracy_on_baseline_rows=0.95,
)


def test_judge__good_model__passes_with_every_condition_named() -> None:
    gate = judge(GOOD, classes=5)

    assert gate.passed
    assert [condition.name for condition in gate.conditions] == [
        "finite",
        "classes",
        "beats_majority",
        "not_below_baseline",
    ]


@pytest.mark.parametrize(
    ("changes", "classes", "failed"),
    [
        pytest.param({"is_finite": False}, 5, ["finite"], id="not-finite"),
        pytest.param({}, 1, ["classes"], id="one-class"),
        pytest.param({"accuracy": 0.4}, 5, ["beats_majority"], id="only-as-good-as-the-majority"),
        pytest.param({"accuracy_on_baseline_rows": 0.8499}, 5, ["not_below_baseline"], id="below-the-rules"),
        pytest.param({"accuracy_on_baseline_rows": 0.85}, 5, [], id="level-with-the-rules"),
        pytest.param(
            {"baseline_accuracy": None, "accuracy_on_baseline_rows": None}, 5, [], id="no-rule-ever-answered"
        ),
        pytest.param(
            {"is_finite": False, "accuracy": 0.1}, 0, ["finite", "classes", "beats_majority"], id="several"
        ),
    ],
)
def test_judge__one_thing_changed__fails_by_its_name(
    changes: dict[str, object], classes: int, failed: list[str]
) -> None:
    gate = judge(replace(GOOD, **changes), classes=classes)  # type: ignore[arg-type]

    assert gate.failed_names == failed
    assert gate.passed is (not failed)


def test_gate_to_json__any__shows_value_and_threshold() -> None:
    stored = judge(GOOD, classes=5).to_json()

    assert stored["passed"] is True
    assert stored["conditions"][2] == {
        "name": "beats_majority",
        "value": 0.9,
        "threshold": 0.4,
        "passed": True,
    }
