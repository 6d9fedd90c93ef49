from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bench.grown import SHIFT, grow
from mlmodels.domain.text.key import normalise
from suggestions.domain.transaction_row import TransactionRow

ROW = TransactionRow(
    external_id="t",
    user_id="alice",
    description="GREEN VALLEY MARKET 12",
    amount=Decimal("-20.00"),
    currency="EUR",
    date=date(2025, 1, 1),
    account="",
    memo="weekly",
    category="Groceries",
)
SHOPS = [
    replace(ROW, external_id=f"t{number}", description=f"{word} SHOP")
    for number, word in enumerate(
        ("GREEN", "CORNER", "FRESH", "NOODLE", "PIZZERIA", "BURGER", "CITY", "METRO", "PARKING", "RENT")
    )
]


@pytest.mark.parametrize("count", [pytest.param(4, id="fewer"), pytest.param(37, id="more")])
def test_grow__any_number__so_many_rows_under_different_ids(count: int) -> None:
    grown = list(grow(SHOPS, count))

    assert len({row.external_id for row in grown}) == count
    assert grown[: len(SHOPS)] == SHOPS[:count]


def test_grow__twice__the_same_rows_and_others_by_another_seed() -> None:
    first, second, other = (list(grow(SHOPS, 40, seed=seed)) for seed in (1, 1, 2))

    assert first == second != other


def test_grow__a_copy__later_by_other_users_with_the_same_category_and_about_the_amount() -> None:
    copies = list(grow([ROW], 200))[1:]

    assert [row.date for row in copies[:2]] == [ROW.date + SHIFT, ROW.date + 2 * SHIFT]
    assert {row.category for row in copies} == {"Groceries"}
    assert "alice" not in {row.user_id for row in copies}
    assert all(Decimal(-24) <= row.amount <= Decimal(-16) for row in copies)
    assert len({row.amount for row in copies}) > 100


def test_grow__many_copies__merchants_and_words_grow_with_them() -> None:
    merchants = [
        {normalise(row.description) for row in list(grow(SHOPS, count * len(SHOPS)))} for count in (1, 11, 21)
    ]

    assert len(merchants[0]) == len(SHOPS)
    assert 30 < len(merchants[1]) < 100
    assert len(merchants[2]) > len(merchants[1]) + 20


def test_grow__one_copy__gives_a_merchant_one_name() -> None:
    twice = [SHOPS[0], replace(SHOPS[0], external_id="again")]

    names = [row.description.split()[0] for row in grow(twice, 60)]

    assert names[::2] == names[1::2]
    assert len(set(names)) > 10


def test_grow__a_copy__three_descriptions_of_ten_carry_a_new_number() -> None:
    copies = list(grow([replace(ROW, description="GREEN MARKET")], 1_001))[1:]

    numbers = [row.description.split()[-1] for row in copies if row.description[-1].isdigit()]

    assert 250 < len(numbers) < 350
    assert len(set(numbers)) > 200
