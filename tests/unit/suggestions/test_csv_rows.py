from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from suggestions.domain.csv.rows import CsvForm, RowReader
from suggestions.domain.transaction_row import RowError

HEADER = ("date", "description", "amount", "currency")


def make_reader(header: tuple[str, ...] = HEADER, **overrides: Any) -> RowReader:
    columns = {name: index for index, name in enumerate(header)}
    values: dict[str, Any] = {"date_format": "%Y-%m-%d", "decimal_comma": False}
    return RowReader(CsvForm(header=header, columns=columns, **(values | overrides)))


def test_row__all_columns__checked_and_trimmed() -> None:
    header = ("external_id", "user_id", *HEADER, "account", "memo", "category")

    row = make_reader(header).read(["7", " u1 ", "2026-01-31", " SHOP ", "-1.5", "eur", "card", "", "Food"])

    assert (row.external_id, row.user_id, row.date) == ("7", "u1", date(2026, 1, 31))
    assert (row.description, row.amount, row.currency) == ("SHOP", Decimal("-1.50"), "EUR")
    assert (row.account, row.memo, row.category) == ("card", "", "Food")


def test_row__empty_category__says_nothing_of_it() -> None:
    row = make_reader((*HEADER, "category")).read(["2026-01-31", "SHOP", "-1", "EUR", "  "])

    assert row.category is None


def test_row__no_currency__takes_the_default() -> None:
    reader = make_reader(default_currency="CAD")

    assert reader.read(["2026-01-31", "SHOP", "-1", ""]).currency == "CAD"
    assert reader.read(["2026-01-31", "SHOP", "-1", "USD"]).currency == "USD"


@pytest.mark.parametrize(
    ("debit", "credit", "expected"),
    [
        pytest.param("12.50", "", "-12.50", id="debit"),
        pytest.param("-12.50", "", "-12.50", id="debit already negative"),
        pytest.param("", "12.50", "12.50", id="credit"),
        pytest.param("12.50", "0.00", "-12.50", id="debit beside a zero"),
        pytest.param("0.00", "0.00", "0.00", id="both zero"),
    ],
)
def test_row__debit_and_credit__make_one_amount(debit: str, credit: str, expected: str) -> None:
    reader = make_reader(("date", "description", "debit", "credit", "currency"))

    assert str(reader.read(["2026-01-31", "SHOP", debit, credit, "EUR"]).amount) == expected


@pytest.mark.parametrize(("debit", "credit"), [("5", "5"), ("", ""), ("x", "")])
def test_row__debit_and_credit_unclear__refused(debit: str, credit: str) -> None:
    reader = make_reader(("date", "description", "debit", "credit", "currency"))

    with pytest.raises(RowError) as refused:
        reader.read(["2026-01-31", "SHOP", debit, credit, "EUR"])

    assert refused.value.field == "amount"


def test_row__inverted_amount__changes_sign() -> None:
    reader = make_reader(invert_amount=True)

    assert [str(reader.read(["2026-01-31", "S", a, "EUR"]).amount) for a in ("5", "-5", "0")] == [
        "-5.00",
        "5.00",
        "0.00",
    ]


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        pytest.param(["2026-13-01", "SHOP", "-1", "EUR"], "date", id="date"),
        pytest.param(["2026-01-31", " ", "-1", "EUR"], "description", id="no description"),
        pytest.param(["2026-01-31", "SH\x00OP", "-1", "EUR"], "description", id="NUL"),
        pytest.param(["2026-01-31", "S" * 501, "-1", "EUR"], "description", id="too long"),
        pytest.param(["2026-01-31", "SHOP", "NaN", "EUR"], "amount", id="NaN"),
        pytest.param(["2026-01-31", "SHOP", "1e400", "EUR"], "amount", id="1e400"),
        pytest.param(["2026-01-31", "SHOP", "-1", "EURO"], "currency", id="currency"),
        pytest.param(["2026-01-31", "SHOP", "-1", ""], "currency", id="no currency"),
    ],
)
def test_row__bad_cell__named_by_its_field(cells: list[str], field: str) -> None:
    with pytest.raises(RowError) as refused:
        make_reader().read(cells)

    assert refused.value.field == field


def test_row__no_external_id__made_from_content_and_occurrence() -> None:
    coffee = ["2026-01-31", "COFFEE", "-3.50", "EUR"]
    first_time = [make_reader().read(coffee).external_id for _ in range(2)]
    reader = make_reader()
    in_one_file = [
        reader.read(cells).external_id for cells in (coffee, coffee, ["2026-01-31", "TEA", "-3", "EUR"])
    ]

    assert first_time[0] == first_time[1] == in_one_file[0]
    assert in_one_file[1] == f"{in_one_file[0]}-2"
    assert len(set(in_one_file)) == 3


def test_row__no_external_id__same_for_another_way_of_writing() -> None:
    plain = make_reader().read(["2026-01-31", "COFFEE", "-1234.50", "EUR"])
    other = make_reader(date_format="%d.%m.%Y", decimal_comma=True).read(
        ["31.01.2026", " COFFEE ", "-1.234,5", "EUR"]
    )

    assert plain.external_id == other.external_id


def test_row__external_id_column_but_empty_cell__refused() -> None:
    with pytest.raises(RowError, match="external_id"):
        make_reader(("external_id", *HEADER)).read([" ", "2026-01-31", "SHOP", "-1", "EUR"])
