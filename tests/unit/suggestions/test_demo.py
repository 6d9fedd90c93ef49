from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from suggestions.demo.generator import DAYS, UNLABELLED_DAYS, generate_transactions
from suggestions.demo.merchants import build_merchants
from suggestions.domain.transaction_row import TransactionRow, parse_row

END = date(2026, 3, 31)


@pytest.fixture(scope="module")
def rows() -> list[TransactionRow]:
    return generate_transactions(seed=1, users=300, transactions=20_000, end=END)


def test_demo__asked_size__kept(rows: list[TransactionRow]) -> None:
    small = generate_transactions(seed=1, users=7, transactions=150, end=END)

    assert len(rows) == 20_000
    assert len({row.user_id for row in rows}) == 300
    assert len(small) == 150
    assert {row.user_id for row in small} <= {f"user-{number:03d}" for number in range(1, 8)}


def test_demo__same_seed__same_transactions(rows: list[TransactionRow]) -> None:
    again = generate_transactions(seed=1, users=300, transactions=20_000, end=END)
    other = generate_transactions(seed=2, users=300, transactions=20_000, end=END)

    assert again == rows
    assert other != rows


def test_demo__every_row__passes_the_checks_of_intake(rows: list[TransactionRow]) -> None:
    fields = TransactionRow.__dataclass_fields__

    for row in rows[::7]:
        assert parse_row({name: getattr(row, name) for name in fields}) == row
    assert len({row.external_id for row in rows}) == len(rows)


def test_demo__dates__cover_eighteen_months_in_order(rows: list[TransactionRow]) -> None:
    dates = [row.date for row in rows]

    assert dates == sorted(dates)
    assert dates[-1] == END
    assert END - timedelta(days=DAYS) <= dates[0] < END - timedelta(days=DAYS - 60)
    assert len({(day.year, day.month) for day in dates}) >= 18


def test_demo__labels__most_have_one_but_the_newest(rows: list[TransactionRow]) -> None:
    labelled = sum(row.category is not None for row in rows) / len(rows)
    newest = [row for row in rows if row.date > END - timedelta(days=UNLABELLED_DAYS)]

    assert 0.80 <= labelled <= 0.90
    assert newest
    assert all(row.category is None for row in newest)


def test_demo__people__differ_in_how_they_label_the_same(rows: list[TransactionRow]) -> None:
    fuel = Counter(
        (row.user_id, row.category) for row in rows if "SHELL" in row.description and row.category is not None
    )
    by_category = Counter(category for _, category in fuel)

    assert by_category["Fuel"] > by_category["Auto & Vehicle"] > 0


def test_demo__money__comes_in_too_and_moves_between_accounts(rows: list[TransactionRow]) -> None:
    categories = Counter(row.category for row in rows if row.category)
    incomes = [row for row in rows if row.category == "Income"]

    assert len(categories) >= 25
    assert min(categories["Income"], categories["Transfers"], categories["Rent & Mortgage"]) > 100
    assert sum(row.amount > 0 for row in incomes) / len(incomes) > 0.95
    assert {row.currency for row in rows} == {"CAD", "USD", "GBP", "EUR"}


@pytest.mark.parametrize("form", ["SQ *", "TST* ", "PAYPAL *", "POS DEBIT ", "#", " CARD ", ".COM"])
def test_demo__descriptions__have_the_noise_of_banks(rows: list[TransactionRow], form: str) -> None:
    assert sum(form in row.description for row in rows) > 40
    assert any(row.description.islower() for row in rows)
    assert any(row.description.istitle() for row in rows)


def test_demo__season__more_gifts_in_december(rows: list[TransactionRow]) -> None:
    gifts = Counter(row.date.month for row in rows if row.category == "Hobbies, Books & Gifts")
    all_of_them = Counter(row.date.month for row in rows if row.category)

    assert gifts[12] / all_of_them[12] > 1.3 * gifts[6] / all_of_them[6]


def test_demo__merchants__many_and_some_open_later() -> None:
    start = END - timedelta(days=DAYS)

    merchants = build_merchants(Random(1), start, END)

    opened_late = sum(merchant.opened_on > start for merchant in merchants)
    assert len({merchant.name for merchant in merchants}) >= 400
    assert 0.08 < opened_late / len(merchants) < 0.25


def test_demo__few_transactions_for_many_people__still_that_few() -> None:
    assert len(generate_transactions(seed=3, users=300, transactions=100, end=END)) == 100
    assert len(generate_transactions(seed=3, users=1, transactions=1, end=END)) == 1
