import numpy as np
import pytest

from mlmodels.domain.evaluation import HoldOut, evaluate

LABELS = ["a", "b", "c", "d"]


def certain(*answers: str) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    matrix = np.full((len(answers), len(LABELS)), 0.1)
    for row, answer in enumerate(answers):
        matrix[row, LABELS.index(answer)] = 0.7
    return matrix


def test_evaluate__some_right__accuracy_and_f1_by_hand() -> None:
    result = evaluate(
        certain("a", "a", "b", "c"), LABELS, HoldOut(["a", "b", "b", "c"], [None] * 4, majority="b")
    )

    assert result.accuracy == 0.75
    assert {label: score.f1 for label, score in result.per_class.items()} == pytest.approx(
        {"a": 2 / 3, "b": 2 / 3, "c": 1.0}
    )
    assert result.per_class["b"].support == 2
    assert result.f1_macro == pytest.approx(7 / 9)
    assert result.majority_accuracy == 0.5
    assert result.size == 4


def test_evaluate__category_only_in_the_hold_out__wrong_and_shifts_no_label() -> None:
    result = evaluate(
        certain("a", "b", "c"), LABELS, HoldOut(["a", "b", "brand new"], [None] * 3, majority="a")
    )

    assert result.accuracy == pytest.approx(2 / 3)
    assert result.per_class["a"].f1 == 1.0
    assert result.per_class["b"].f1 == 1.0
    assert result.per_class["brand new"].f1 == 0.0


def test_evaluate__category_absent_from_the_hold_out__counts_neither_way() -> None:
    result = evaluate(certain("a", "d"), LABELS, HoldOut(["a", "a"], [None, None], majority="a"))

    assert set(result.per_class) == {"a"}
    assert result.f1_macro == pytest.approx(2 / 3)


def test_evaluate__second_and_third_best__count_for_top3() -> None:
    matrix = np.array([[0.4, 0.3, 0.2, 0.1]] * 3)

    result = evaluate(matrix, LABELS, HoldOut(["b", "c", "d"], [None] * 3, majority="a"))

    assert result.accuracy == 0
    assert result.top3 == pytest.approx(2 / 3)


def test_evaluate__two_labels_only__top3_works() -> None:
    result = evaluate(np.array([[0.4, 0.6]]), ["a", "b"], HoldOut(["a"], [None], majority="a"))

    assert result.top3 == 1.0


def test_evaluate__baseline_on_half_of_the_rows__both_measured_on_those() -> None:
    truth = HoldOut(["a", "b", "c", "d"], ["a", "a", None, None], majority="a")

    result = evaluate(certain("a", "b", "a", "a"), LABELS, truth)

    assert result.baseline_coverage == 0.5
    assert result.baseline_accuracy == 0.5
    assert result.accuracy_on_baseline_rows == 1.0


def test_evaluate__no_baseline_anywhere__none() -> None:
    result = evaluate(certain("a"), LABELS, HoldOut(["a"], [None], majority="a"))

    assert result.baseline_accuracy is None
    assert result.accuracy_on_baseline_rows is None


def test_evaluate__a_probability_not_finite__says_so() -> None:
    matrix = certain("a")
    matrix[0, 3] = np.nan

    assert not evaluate(matrix, LABELS, HoldOut(["a"], [None], majority="a")).is_finite
