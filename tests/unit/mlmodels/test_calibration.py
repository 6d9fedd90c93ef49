from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlmodels.domain.calibration import IDENTITY, LEAST, MOST, Calibration
from mlmodels.domain.calibration_fit import certain_from, fit_calibration, fit_curve, wilson_bound

answers = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=300)


def columns(pairs: list[tuple[float, bool]]) -> tuple[Any, Any]:
    return np.array([raw for raw, _ in pairs], np.float64), np.array([right for _, right in pairs], np.bool_)


@given(answers)
def test_fit_curve__any_answers__finite_rising_and_never_flat(pairs: list[tuple[float, bool]]) -> None:
    curve = fit_curve(*columns(pairs))

    confidences = curve.apply(np.linspace(0.01, 0.99, 99))

    assert np.isfinite(confidences).all()
    assert (confidences >= LEAST).all()
    assert (confidences <= MOST).all()
    within = (confidences > LEAST) & (confidences < MOST)
    assert (np.diff(confidences[within]) > 0).all()


def test_fit_curve__overconfident_scores__confidence_is_the_share_that_was_right() -> None:
    chance = np.random.default_rng(1)
    raw = chance.uniform(0.5, 1.0, 20_000)
    is_right = chance.random(20_000) < raw - 0.2

    curve = fit_curve(raw, is_right)

    asked = np.array([0.6, 0.75, 0.9])
    assert curve.apply(asked) == pytest.approx(asked - 0.2, abs=0.05)


def test_fit_curve__no_answers__the_identity() -> None:
    assert fit_curve(np.empty(0), np.empty(0, np.bool_)) is IDENTITY


def test_fit_curve__three_right_answers__promise_little() -> None:
    curve = fit_curve(np.full(3, 0.6), np.ones(3, np.bool_))

    assert curve.apply(np.array([0.6]))[0] < 0.85


@given(answers, st.floats(0.5, 0.99))
def test_certain_from__any_answers__keeps_the_promise_on_them(
    pairs: list[tuple[float, bool]], promise: float
) -> None:
    confidences, is_right = columns(pairs)

    threshold = certain_from(confidences, is_right, promise)

    passing = confidences >= threshold
    assert threshold == 2.0 or is_right[passing].mean() >= promise


def test_certain_from__future_answers_of_the_same_kind__deliver_the_promise() -> None:
    delivered = []
    for seed in range(200):
        chance = np.random.default_rng(seed)
        raw = chance.uniform(0.6, 1.0, 2_000)
        is_right = chance.random(2_000) < raw
        threshold = certain_from(raw[:1_000], is_right[:1_000], 0.95)
        passing = raw[1_000:] >= threshold
        if passing.any():
            delivered.append(is_right[1_000:][passing].mean())

    assert len(delivered) > 150
    assert np.mean(delivered) >= 0.95


def test_wilson_bound__known_values__by_the_formula() -> None:
    assert wilson_bound(np.array([10, 95]), np.array([10, 100])) == pytest.approx([0.9091, 0.9231], abs=1e-3)


@given(answers, st.lists(st.lists(st.floats(0.001, 1), min_size=1, max_size=6), min_size=1, max_size=20))
def test_confidences__any_rows__finite_in_order_and_at_most_one_in_sum(
    pairs: list[tuple[float, bool]], rows: list[list[float]]
) -> None:
    shares = [np.array(row) / sum(row) for row in rows]
    row = np.repeat(np.arange(len(rows)), [len(one) for one in rows])
    seen = np.arange(len(rows)) % 2 == 0

    confidences = calibration_of(pairs).confidences(np.concatenate(shares), row, seen)

    assert np.isfinite(confidences).all()
    assert (np.bincount(row, confidences) <= 1 + 1e-9).all()
    for number, raw in enumerate(shares):
        of_row = confidences[row == number]
        assert of_row[raw.argmax()] == of_row.max()


def calibration_of(pairs: list[tuple[float, bool]]) -> Calibration:
    raw, is_right = columns(pairs)
    seen = np.arange(len(raw)) % 2 == 0
    names = [("Fuel", "Rent")[number % 2] for number in range(len(raw))]
    return fit_calibration(raw, is_right, seen, names, promise=0.95)


def test_document__written_and_read__the_same() -> None:
    made = calibration_of([(number / 400, number % 3 > 0) for number in range(400)])

    assert Calibration.from_document(made.to_document()) == made


@pytest.mark.parametrize(
    "curve",
    [
        pytest.param([[0.0, 1.0], [0.5, float("nan")]], id="nan"),
        pytest.param([[0.0, 1.0], [0.5]], id="lengths-differ"),
        pytest.param([[0.0, 1.0], [0.9, 0.1]], id="falls"),
        pytest.param([[1.0, 0.0], [0.1, 0.9]], id="backwards"),
        pytest.param([[0.5], [0.5]], id="one-point"),
    ],
)
def test_from_document__no_rising_line__refused(curve: list[list[float]]) -> None:
    document = calibration_of([]).to_document() | {"unseen": curve}

    with pytest.raises(ValueError, match="curve"):
        Calibration.from_document(document)
