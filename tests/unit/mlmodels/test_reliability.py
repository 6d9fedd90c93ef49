import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlmodels.domain.evaluation.reliability import (
    ReliabilityBin,
    calibration_error,
    coverage_at,
    precision_delivered,
    reliability,
    threshold_for,
)
from mlmodels.domain.types import Prediction


def ranked(*confidences: float | None) -> list[list[Prediction]]:
    return [[] if confidence is None else [Prediction("a", confidence)] for confidence in confidences]


def test_reliability__three_thousand_rows__fifteen_bins_of_one_mass() -> None:
    confidences = np.linspace(0, 1, 3_000)

    bins = reliability(confidences, np.ones(3_000, np.bool_))

    assert [one.count for one in bins] == [200] * 15
    assert [one.confidence for one in bins] == sorted(one.confidence for one in bins)


def test_reliability__one_confidence_in_all_rows__one_bin() -> None:
    bins = reliability(np.full(100, 0.75), np.arange(100) < 75)

    assert bins == (ReliabilityBin(0.75, 0.75, 100),)
    assert calibration_error(bins) == 0


def test_calibration_error__two_bins__weighted_by_rows() -> None:
    bins = (ReliabilityBin(0.5, 0.6, 30), ReliabilityBin(0.9, 0.5, 10))

    assert calibration_error(bins) == pytest.approx((30 * 0.1 + 10 * 0.4) / 40)


def test_calibration_error__confidence_says_the_truth__near_zero() -> None:
    chance = np.random.default_rng(1)
    confidences = chance.random(50_000)

    bins = reliability(confidences, chance.random(50_000) < confidences)

    assert calibration_error(bins) < 0.01


@pytest.mark.parametrize(
    ("confidences", "right", "expected"),
    [
        pytest.param([0.9, 0.8, 0.7, 0.6], [1, 1, 0, 1], 0.5, id="up-to-the-first-mistake"),
        pytest.param([0.9, 0.8, 0.7, 0.6], [0, 1, 1, 1], 0.0, id="surest-wrong"),
        pytest.param([0.9, 0.9, 0.9, 0.6], [1, 0, 1, 1], 0.0, id="a-tie-is-not-parted"),
        pytest.param([0.9, 0.8, 0.8, 0.7], [1, 1, 1, 0], 0.75, id="a-whole-tie-passes"),
        pytest.param([0.5] * 4, [1] * 4, 1.0, id="all-right"),
    ],
)
def test_coverage_at__four_rows__largest_share(
    confidences: list[float], right: list[int], expected: float
) -> None:
    assert coverage_at(0.95, np.array(confidences), np.array(right, np.bool_), size=4) == expected


def test_coverage_at__unanswered_rows__belong_to_the_size() -> None:
    assert coverage_at(0.95, np.array([0.9]), np.array([True]), size=4) == 0.25


def test_coverage_at__a_late_recovery__largest_share_counts() -> None:
    confidences = np.linspace(1, 0, 40)
    right = np.arange(40) != 0

    assert coverage_at(0.95, confidences, right, size=40) == 1.0


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        pytest.param(0.0, (0.75, 2 / 3), id="all-answered"),
        pytest.param(0.8, (0.5, 1.0), id="the-threshold-itself-passes"),
        pytest.param(0.95, (0.0, None), id="none-passes"),
    ],
)
def test_precision_delivered__threshold__share_and_precision(
    threshold: float, expected: tuple[float, float | None]
) -> None:
    answers = ranked(0.9, 0.8, 0.4, None)

    assert precision_delivered(answers, ["a", "a", "b", "a"], threshold) == pytest.approx(expected)


def test_precision_delivered__no_rows__nothing() -> None:
    assert precision_delivered([], [], 0.5) == (0.0, None)


def test_precision_delivered__confidence_not_finite__never_promised() -> None:
    assert precision_delivered(ranked(math.nan, math.inf), ["a", "a"], 0.5) == (0.0, None)


def test_threshold_for__nothing_good_enough__none() -> None:
    assert threshold_for(0.95, ranked(0.9, 0.8), ["b", "b"]) is None


@given(rows=st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_threshold_for__any_rows__keeps_its_promise_on_them(rows: list[tuple[float, bool]]) -> None:
    answers = ranked(*(confidence for confidence, _ in rows))
    categories = ["a" if is_right else "b" for _, is_right in rows]

    threshold = threshold_for(0.8, answers, categories)

    if threshold is None:
        wanted = [precision_delivered(answers, categories, confidence)[1] for confidence, _ in rows]
        assert max(precision or 0.0 for precision in wanted) < 0.8
    else:
        coverage, precision = precision_delivered(answers, categories, threshold)
        assert precision is not None
        assert precision >= 0.8
        confidences = np.array([confidence for confidence, _ in rows])
        right = np.array([is_right for _, is_right in rows])
        assert coverage == coverage_at(0.8, confidences, right, size=len(rows))


def test_reliability__rows_shuffled__the_same_bins() -> None:
    chance = random.Random(1)
    rows = [(chance.choice([0.1, 0.2, 0.5, 0.9]), chance.random() < 0.5) for _ in range(200)]
    shuffled = chance.sample(rows, len(rows))

    first, second = (
        reliability(np.array([row[0] for row in order]), np.array([row[1] for row in order]))
        for order in (rows, shuffled)
    )

    assert [one.count for one in first] == [one.count for one in second]
    assert [one.accuracy for one in first] == pytest.approx([one.accuracy for one in second])
