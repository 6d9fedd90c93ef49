from dataclasses import replace
from typing import Any

import pytest

from mlmodels.domain.evaluation.evaluation import ClassScore, Comparison, Evaluation
from mlmodels.domain.evaluation.examined import DataFacts
from mlmodels.domain.evaluation.gate import Gate, GateThresholds, judge

NAN = float("nan")


def score(f1: float, support: int) -> ClassScore:
    return ClassScore(precision=f1, recall=f1, f1=f1, support=support)


GOOD = Evaluation(
    size=1_000,
    is_finite=True,
    accuracy=0.9,
    top3=0.97,
    f1_macro=0.8,
    per_class={"Rent": score(0.95, 500), "Fuel": score(0.65, 470), "Pets": score(0.0, 29)},
    majority_accuracy=0.4,
    baseline_coverage=0.5,
    baseline_accuracy=0.85,
    accuracy_on_baseline_rows=0.95,
    lookup_accuracy=0.88,
    champion=Comparison(1_000, 0.9, 0.9, 0.8, 0.8),
    share_seen=0.8,
    accuracy_seen=0.97,
    accuracy_unseen=0.62,
    ece=0.02,
    reliability=(),
    coverage_at_95=0.8,
    confused_pairs=(),
)
NAMES = [
    *("finite", "classes", "beats_majority", "not_below_lookup", "not_below_baseline"),
    *("not_below_champion", "champion_f1", "f1_macro", "category_f1", "no_leak", "fresh"),
]


def champion(**changes: Any) -> dict[str, Any]:
    return {"champion": replace(GOOD.champion or Comparison(0, None, None, None, None), **changes)}


def judged(data: DataFacts | None = None, classes: int = 5, limits: Any = None, **changes: Any) -> Gate:
    thresholds = GateThresholds(**limits or {})
    return judge(replace(GOOD, **changes), classes=classes, thresholds=thresholds, data=data)


def test_judge__good_model__passes_with_every_condition_named_and_explained() -> None:
    gate = judged()

    assert gate.passed
    assert [condition.name for condition in gate.conditions] == NAMES
    assert all(condition.detail for condition in gate.conditions)
    assert gate.refusal == ""


@pytest.mark.parametrize(
    ("changes", "failed"),
    [
        pytest.param({"is_finite": False}, ["finite"], id="not finite"),
        pytest.param({"classes": 1}, ["classes"], id="one category"),
        pytest.param(
            {"majority_accuracy": 0.9}, ["beats_majority"], id="only as good as the most frequent category"
        ),
        pytest.param({"lookup_accuracy": 0.95}, ["not_below_lookup"], id="below looking up the merchant"),
        pytest.param({"lookup_accuracy": 0.905}, [], id="below looking up by chance"),
        pytest.param({"accuracy_on_baseline_rows": 0.78}, ["not_below_baseline"], id="below the rules"),
        pytest.param({"accuracy_on_baseline_rows": 0.849}, [], id="below the rules by chance"),
        pytest.param(champion(champion_accuracy=0.94), ["not_below_champion"], id="below the champion"),
        pytest.param(champion(champion_accuracy=0.905), [], id="below the champion by chance"),
        pytest.param(champion(rows=100, accuracy=0.5), ["not_below_champion"], id="on enough rows"),
        pytest.param(champion(rows=99, accuracy=0.5), [], id="on too few rows to tell"),
        pytest.param(champion(champion_f1_macro=0.831), ["champion_f1"], id="rare categories lost"),
        pytest.param(champion(champion_f1_macro=0.829), [], id="within the margin"),
        pytest.param(champion(rows=999, champion_f1_macro=0.9), [], id="rare categories of too few rows"),
        pytest.param({"f1_macro": 0.719}, ["f1_macro"], id="macro-F1 too low"),
        pytest.param({"accuracy": 0.1}, ["beats_majority", "not_below_lookup"], id="several"),
    ],
)
def test_judge__one_thing_changed__fails_by_its_name(changes: dict[str, Any], failed: list[str]) -> None:
    gate = judged(**changes)

    assert gate.failed_names == failed
    assert gate.passed is (not failed)


@pytest.mark.parametrize(
    ("field", "failed"),
    [
        ("accuracy", "beats_majority"),
        ("f1_macro", "f1_macro"),
        ("lookup_accuracy", "not_below_lookup"),
        ("accuracy_on_baseline_rows", "not_below_baseline"),
        ("baseline_accuracy", "not_below_baseline"),
    ],
)
def test_judge__figure_that_is_no_number__refused(field: str, failed: str) -> None:
    assert failed in judged(**{field: NAN}).failed_names


@pytest.mark.parametrize(
    ("field", "failed"),
    [
        ("accuracy", "not_below_champion"),
        ("champion_accuracy", "not_below_champion"),
        ("f1_macro", "champion_f1"),
        ("champion_f1_macro", "champion_f1"),
    ],
)
def test_judge__comparison_that_is_no_number__refused(field: str, failed: str) -> None:
    assert judged(**champion(**{field: NAN})).failed_names == [failed]


def test_judge__nothing_to_compare_with__refuses_nobody() -> None:
    unmeasured = ["lookup_accuracy", "champion", "baseline_accuracy"]
    unmeasured += ["accuracy_on_baseline_rows", "share_seen", "accuracy_seen", "accuracy_unseen"]

    assert judged(**dict.fromkeys(unmeasured)).passed


@pytest.mark.parametrize("name", ["not_below_champion", "champion_f1"])
@pytest.mark.parametrize(
    ("comparison", "detail"),
    [
        pytest.param(None, "there is no champion that could be asked", id="none"),
        pytest.param(
            Comparison(0, None, None, None, None, can_be_asked=False),
            "the champion could not be asked, it knows no category of the examples",
            id="of-other-categories",
        ),
        pytest.param(
            Comparison(7, 0.1, 0.9, 0.1, 0.9),
            "7 held-out rows are newer than what the champion has learned; ",
            id="too-few-rows",
        ),
    ],
)
def test_judge__champion_not_compared__refuses_nobody_and_says_why(
    comparison: Comparison | None, detail: str, name: str
) -> None:
    gate = judged(champion=comparison)

    (found,) = (one for one in gate.conditions if one.name == name)
    assert found.detail.startswith(f"not compared: {detail}")
    assert (found.value, found.passed) == (None, True)


@pytest.mark.parametrize(
    ("floor", "failed"),
    [
        pytest.param(0.0, [], id="not demanded"),
        pytest.param(0.6, [], id="held by each with thirty examples"),
        pytest.param(0.7, ["category_f1"], id="missed by one with thirty examples"),
    ],
)
def test_judge__floor_for_each_category__counts_those_with_enough_examples(
    floor: float, failed: list[str]
) -> None:
    assert judged(limits={"min_category_f1": floor}).failed_names == failed


@pytest.mark.parametrize(
    ("changes", "is_refused"),
    [
        pytest.param(
            {"accuracy_unseen": 0.996, "accuracy_seen": 0.996}, True, id="perfect where nothing is known"
        ),
        pytest.param({"accuracy_unseen": 0.996, "accuracy_seen": 0.999}, False, id="better where it knows"),
        pytest.param({"accuracy_unseen": 1.0, "accuracy_seen": None, "share_seen": 0.0}, True, id="all new"),
        pytest.param({"accuracy_unseen": 1.0, "share_seen": 0.95}, False, id="too few new ones"),
        pytest.param({"accuracy": 0.996, "lookup_accuracy": 0.9}, True, id="far above the merchant"),
        pytest.param({"accuracy": 0.996, "lookup_accuracy": 0.99}, False, id="the merchant tells it all"),
        pytest.param({"accuracy": 1.0, "lookup_accuracy": 0.5, "size": 99}, False, id="too few rows"),
        pytest.param({"data": DataFacts(spelled_out=0.9)}, True, id="written in the text"),
        pytest.param({"data": DataFacts(spelled_out=0.89)}, False, id="often in the text"),
    ],
)
def test_judge__too_good_to_be_true__refused_as_a_leak(changes: dict[str, Any], is_refused: bool) -> None:
    assert ("no_leak" in judged(**changes).failed_names) is is_refused


@pytest.mark.parametrize(
    ("age", "limit", "failed"),
    [
        pytest.param(366, 365, ["fresh"], id="too old"),
        pytest.param(365, 365, [], id="old enough to just pass"),
        pytest.param(9_999, 0, [], id="not demanded"),
        pytest.param(None, 365, [], id="not known"),
    ],
)
def test_judge__stale_examples__refused(age: int | None, limit: int, failed: list[str]) -> None:
    gate = judged(DataFacts(age_days=age), limits={"max_age_days": limit})

    assert gate.failed_names == failed


def test_gate_refusal__macro_f1_too_low__says_by_how_much_and_names_the_weakest() -> None:
    gate = judged(f1_macro=0.68)

    assert gate.refusal == (
        "f1_macro: macro-F1 0.680 is below 0.72; weakest: Pets 0.00, Fuel 0.65, Rent 0.95"
    )


def test_gate_to_json__any__shows_value_threshold_and_reason() -> None:
    stored = judged().to_json()

    assert stored["passed"] is True
    assert stored["conditions"][2] == {
        "name": "beats_majority",
        "value": 0.9,
        "threshold": 0.4,
        "passed": True,
        "detail": "right in 90.0 %, always answering the most frequent category in 40.0 %",
    }
