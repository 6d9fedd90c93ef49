from itertools import product

import pytest

from mlmodels.domain.evaluation.significance import ALPHA, is_surely_worse, probability_of_heads

NAN = float("nan")


@pytest.mark.parametrize(
    ("at_least", "tosses", "expected"),
    [
        pytest.param(0, 0, 1.0, id="no toss"),
        pytest.param(5, 5, 1 / 32, id="all of five"),
        pytest.param(8, 10, 56 / 1024, id="eight of ten"),
        pytest.param(-3, 10, 1.0, id="less than none"),
        pytest.param(11, 10, 0.0, id="more than all"),
        pytest.param(5_000, 10_000, 0.503989, id="half of many"),
        pytest.param(1, 10_000, 1.0, id="one of many"),
    ],
)
def test_probability_of_heads__known_values(at_least: int, tosses: int, expected: float) -> None:
    assert probability_of_heads(at_least, tosses=tosses) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("mine", "other", "rows", "is_worse"),
    [
        pytest.param(0.90, 0.90, 1_000, False, id="level"),
        pytest.param(0.95, 0.90, 1_000, False, id="better"),
        pytest.param(0.80, 0.825, 40, False, id="one row of forty"),
        pytest.param(0.92, 0.93, 1_000, False, id="one point on a thousand rows is chance"),
        pytest.param(0.92, 0.93, 20_000, True, id="one point on twenty thousand is none"),
        pytest.param(0.80, 0.90, 1_000, True, id="ten points"),
        pytest.param(0.92, 1.00, 50, False, id="four rows and the other never wrong: chance at 1 in 16"),
        pytest.param(0.90, 1.00, 50, True, id="five rows and the other never wrong: 1 in 32"),
        pytest.param(0.0, 1.0, 1_000, True, id="always wrong"),
        pytest.param(NAN, 0.9, 100, True, id="no number against one"),
        pytest.param(0.9, NAN, 100, True, id="one against no number"),
        pytest.param(0.5, 0.9, 0, False, id="no rows"),
    ],
)
def test_is_surely_worse__table(mine: float, other: float, rows: int, is_worse: bool) -> None:
    assert is_surely_worse(mine, other, rows=rows) is is_worse


def test_is_surely_worse__every_table_of_twelve_rows__never_without_significance_in_that_table() -> None:
    for lost, won in product(range(13), repeat=2):
        for both_wrong in range(13 - min(lost + won, 12)):
            mine, other = 1 - (lost + both_wrong) / 12, 1 - (won + both_wrong) / 12
            if lost + won + both_wrong <= 12 and is_surely_worse(mine, other, rows=12):
                assert probability_of_heads(lost, tosses=lost + won) < ALPHA
