import math
import random
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlmodels.domain.evaluation.evaluation import ChampionAnswers, ClassScore, Comparison, HoldOut, evaluate
from mlmodels.domain.types import Prediction

Answers = list[list[Prediction]]


def certain(*answers: str) -> Answers:
    return [[Prediction(answer, 0.7)] if answer else [] for answer in answers]


def make_truth(*categories: str, **overrides: Any) -> HoldOut:
    nothing = [None] * len(categories)
    values: dict[str, Any] = {
        "categories": categories,
        "baseline": nothing,
        "champion": None,
        "lookup": nothing,
        "majority": "a",
        "is_seen": [True] * len(categories),
    }
    return HoldOut(**values | overrides)


def test_evaluate__some_right__accuracy_and_scores_by_hand() -> None:
    result = evaluate(certain("a", "a", "b", "c"), make_truth("a", "b", "b", "c", majority="b"))

    assert result.size == 4
    assert result.accuracy == 0.75
    assert result.per_class == {
        "a": ClassScore(precision=0.5, recall=1.0, f1=pytest.approx(2 / 3), support=1),
        "b": ClassScore(precision=1.0, recall=0.5, f1=pytest.approx(2 / 3), support=2),
        "c": ClassScore(precision=1.0, recall=1.0, f1=1.0, support=1),
    }
    assert result.f1_macro == pytest.approx(7 / 9)
    assert result.majority_accuracy == 0.5


def test_evaluate__category_only_in_the_hold_out__wrong_and_shifts_no_other() -> None:
    result = evaluate(certain("a", "b", "c"), make_truth("a", "b", "brand new"))

    assert result.accuracy == pytest.approx(2 / 3)
    assert {category: score.f1 for category, score in result.per_class.items()} == {
        "a": 1.0,
        "b": 1.0,
        "brand new": 0.0,
    }


def test_evaluate__merchants_without_a_label__counted_by_category() -> None:
    truth = make_truth("a", "a", "b", "b", is_seen=[True, False, False, False])

    result = evaluate(certain("a", "a", "b", "a"), truth)

    assert result.unseen_per_class == {"a": 1, "b": 2}


def test_evaluate__category_absent_from_the_hold_out__counts_neither_way() -> None:
    result = evaluate(certain("a", "d"), make_truth("a", "a"))

    assert set(result.per_class) == {"a"}
    assert result.f1_macro == pytest.approx(2 / 3)


def test_evaluate__rows_without_an_answer__wrong() -> None:
    result = evaluate(certain("a", "", "", ""), make_truth("a", "a", "b", "b"))

    assert result.accuracy == 0.25
    assert result.per_class["a"].recall == 0.5
    assert result.per_class["a"].precision == 1.0
    assert result.confused_pairs == ()


def test_evaluate__no_row_answered__zeros_and_no_bins() -> None:
    result = evaluate(certain("", ""), make_truth("a", "b"))

    assert (result.accuracy, result.top3, result.f1_macro, result.coverage_at_95) == (0.0, 0.0, 0.0, 0.0)
    assert (result.ece, result.reliability, result.is_finite) == (0.0, (), True)


def test_evaluate__no_rows__zeros_and_none() -> None:
    result = evaluate([], make_truth())

    assert (result.size, result.accuracy, result.f1_macro, result.share_seen) == (0, 0.0, 0.0, 0.0)
    assert (result.accuracy_seen, result.accuracy_unseen, result.baseline_accuracy) == (None, None, None)


def test_evaluate__one_row__measured() -> None:
    result = evaluate([[Prediction("a", 0.6)]], make_truth("a"))

    assert (result.accuracy, result.f1_macro, result.coverage_at_95) == (1.0, 1.0, 1.0)
    assert result.ece == pytest.approx(0.4)


def test_evaluate__second_and_third_candidate__count_for_top3_and_the_fourth_does_not() -> None:
    ranked = [Prediction(category, 0.25) for category in "abcd"]

    result = evaluate([ranked] * 3, make_truth("b", "c", "d"))

    assert result.accuracy == 0.0
    assert result.top3 == pytest.approx(2 / 3)


def test_evaluate__baseline_on_half_of_the_rows__both_measured_on_those() -> None:
    truth = make_truth("a", "b", "c", "d", baseline=["a", "a", None, None])

    result = evaluate(certain("a", "b", "a", "a"), truth)

    assert result.baseline_coverage == 0.5
    assert result.baseline_accuracy == 0.5
    assert result.accuracy_on_baseline_rows == 1.0


def test_evaluate__no_baseline_and_no_champion__none() -> None:
    result = evaluate(certain("a"), make_truth("a"))

    assert (result.baseline_accuracy, result.accuracy_on_baseline_rows) == (None, None)
    assert result.champion is None


def test_evaluate__champion__measured_on_the_same_rows() -> None:
    # What is older than the champion's own training counts for neither.
    champion = ChampionAnswers([False, True, True, True], [None, "a", "b", None])

    result = evaluate(certain("b", "a", "b", "b"), make_truth("a", "a", "b", "b", champion=champion))

    assert result.champion == Comparison(3, 1.0, pytest.approx(2 / 3), None, None)


def test_evaluate__champion_and_frequent_categories__macro_f1_over_those_alone() -> None:
    categories = ["a"] * 30 + ["b"] * 30 + ["c"] * 29
    champion = ChampionAnswers([True] * 89, ["a"] * 60 + ["c"] * 29)

    result = evaluate(
        certain(*["a"] * 30, *["b"] * 30, *["a"] * 29), make_truth(*categories, champion=champion)
    )

    assert result.champion is not None
    assert result.champion.f1_macro == pytest.approx((60 / 89 + 1) / 2)
    assert result.champion.champion_f1_macro == pytest.approx((60 / 90 + 0) / 2)


def test_evaluate__no_row_newer_than_the_champion__nothing_compared() -> None:
    result = evaluate(certain("a"), make_truth("a", champion=ChampionAnswers([False], [None])))

    assert result.champion == Comparison(0, None, None, None, None)


def test_evaluate__champion_that_knows_no_category__nothing_compared() -> None:
    champion = ChampionAnswers([True, True], [None, None], can_be_asked=False)

    result = evaluate(certain("a", "b"), make_truth("a", "b", champion=champion))

    assert result.champion == Comparison(0, None, None, None, None, can_be_asked=False)


def test_evaluate__lookup__unknown_merchants_are_wrong() -> None:
    result = evaluate(certain("a", "a", "a"), make_truth("a", "b", "b", lookup=["a", None, "b"]))

    assert result.lookup_accuracy == pytest.approx(2 / 3)


def test_evaluate__seen_and_unseen_merchants__measured_apart() -> None:
    truth = make_truth("a", "a", "a", "b", is_seen=[True, True, True, False])

    result = evaluate(certain("a", "a", "b", "b"), truth)

    assert result.share_seen == 0.75
    assert result.accuracy_seen == pytest.approx(2 / 3)
    assert result.accuracy_unseen == 1.0


@pytest.mark.parametrize(
    "confidence",
    [pytest.param(math.nan, id="nan"), pytest.param(math.inf, id="inf"), pytest.param(-math.inf, id="-inf")],
)
@pytest.mark.parametrize("rank", [pytest.param(0, id="first"), pytest.param(1, id="second")])
def test_evaluate__a_confidence_not_finite__says_so(confidence: float, rank: int) -> None:
    ranked = [Prediction("a", 0.5), Prediction("b", 0.4)]
    ranked[rank] = Prediction(ranked[rank].category, confidence)

    assert not evaluate([ranked], make_truth("a")).is_finite


def test_evaluate__mistakes__most_frequent_first_then_by_name() -> None:
    result = evaluate(certain("b", "c", "b", "a", "c"), make_truth("a", "a", "a", "c", "c"))

    assert result.confused_pairs == (("a", "b", 2), ("a", "c", 1), ("c", "a", 1))


def test_evaluate__many_kinds_of_mistakes__twenty_kept() -> None:
    wrong = [f"wrong {number}" for number in range(30)]

    assert len(evaluate(certain(*wrong), make_truth(*["a"] * 30)).confused_pairs) == 20


categories = st.sampled_from(["a", "b", "c", "d"])
maybe = st.none() | categories
predictions = st.lists(st.builds(Prediction, categories, st.floats()), max_size=4)
rows = st.lists(st.tuples(predictions, categories, maybe, maybe, maybe, st.booleans()), max_size=40)


@given(rows=rows, has_champion=st.booleans())
def test_evaluate__any_input__every_number_is_a_share(rows: list[Any], has_champion: bool) -> None:
    answers, truth, baseline, others, lookup, is_seen = zip(*rows, strict=True) if rows else [()] * 6
    champion = ChampionAnswers(is_seen, others) if has_champion else None

    result = evaluate(
        answers,
        HoldOut(truth, baseline, champion, lookup, majority="a", is_seen=is_seen),
    )

    figures = asdict(result) | asdict(result.champion or Comparison(0, None, None, None, None))
    shares = {name: value for name, value in figures.items() if isinstance(value, float)}
    assert {name: value for name, value in shares.items() if not 0 <= value <= 1} == {}
    assert all(0 <= score.f1 <= 1 for score in result.per_class.values())
    assert sum(one.count for one in result.reliability) == sum(bool(ranked) for ranked in answers)


@given(
    rows=st.lists(st.tuples(categories, categories, st.floats(0, 1)), min_size=1, max_size=60),
    seed=st.integers(0, 9),
)
def test_evaluate__rows_in_another_order__the_same_figures(rows: list[Any], seed: int) -> None:
    shuffled = random.Random(seed).sample(rows, len(rows))

    first, second = (
        evaluate(
            [[Prediction(answer, confidence)] for answer, _, confidence in order],
            make_truth(*(category for _, category, _ in order)),
        )
        for order in (rows, shuffled)
    )

    assert first.ece == pytest.approx(second.ece)
    assert first.coverage_at_95 == second.coverage_at_95
    assert first.confused_pairs == second.confused_pairs
    assert first.per_class == second.per_class
