from datetime import date

import pytest

from mlmodels.domain.evaluation.side_by_side import (
    CategoryChange,
    ComparedRow,
    PairCount,
    Tally,
    category_changes,
    differing_pairs,
    tally,
)
from mlmodels.domain.types import Prediction


def row(known: str, first: str, second: str) -> ComparedRow:
    answers = [Prediction(category, 0.9) if category else None for category in (first, second)]
    return ComparedRow(date(2026, 3, 1), "SHOP", -1.0, known, answers[0], answers[1], is_new=True)


def test_tally__every_kind_of_row__is_counted_once() -> None:
    rows = [
        row("Fuel", "Fuel", "Fuel"),
        row("Fuel", "Fuel", "Rent"),
        row("Fuel", "Rent", "Fuel"),
        row("Fuel", "", "Fuel"),
        row("Fuel", "Rent", "Rent"),
        row("Fuel", "Rent", "Bars"),
    ]

    assert tally(rows) == Tally(rows=6, agree=2, both_right=1, only_first=1, only_second=2, both_wrong=2)


@pytest.mark.parametrize(
    ("only_first", "only_second", "chance", "verdict"),
    [
        pytest.param(0, 0, 1.0, "", id="no row tells"),
        pytest.param(5, 5, 1.0, "", id="as often"),
        pytest.param(5, 0, 2 / 2**5, "", id="five are too few"),
        pytest.param(6, 0, 2 / 2**6, "first", id="six are enough"),
        pytest.param(0, 6, 2 / 2**6, "second", id="turned round"),
        pytest.param(8, 2, 2 * (1 + 10 + 45) / 2**10, "", id="eight of ten"),
        pytest.param(9, 1, 2 * (1 + 10) / 2**10, "first", id="nine of ten"),
    ],
)
def test_chance__rows_only_one_got_right__is_that_of_the_sign_test(
    only_first: int, only_second: int, chance: float, verdict: str
) -> None:
    counted = Tally(100, 80, 70, only_first, only_second, 10)

    assert counted.chance == pytest.approx(chance)
    assert counted.verdict == verdict


def test_pairs__rows_that_differ__most_frequent_first() -> None:
    rows = [
        row("Fuel", "Fuel", "Fuel"),
        row("Bars", "Bars", ""),
        *[row("Fuel", "Fuel", "Rent")] * 2,
        row("Rent", "Fuel", "Rent"),
    ]

    assert differing_pairs(rows) == [
        PairCount("Fuel", "Rent", "Fuel", 2),
        PairCount("Bars", "", "Bars", 1),
        PairCount("Fuel", "Rent", "Rent", 1),
    ]


def test_categories__of_either__largest_loss_first_and_the_unmeasured_last() -> None:
    changes = category_changes(
        {"Fuel": 0.9, "Rent": 0.5, "Old": 0.7},
        {"Rent": 0.75, "Fuel": 0.65, "New": 0.2},
        [{"Fuel": 10, "New": 2}, {"Fuel": 99, "Old": 7}],
    )

    assert changes == [
        CategoryChange("Fuel", 0.9, 0.65, 10),
        CategoryChange("Rent", 0.5, 0.75, None),
        CategoryChange("New", None, 0.2, 2),
        CategoryChange("Old", 0.7, None, 7),
    ]
