from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggestions.domain.statement_values import (
    DATE_FORMATS,
    guess_date_format,
    has_decimal_comma,
    read_amount,
    read_date,
)
from suggestions.domain.transaction_row import RowError


@pytest.mark.parametrize(
    ("text", "comma", "expected"),
    [
        pytest.param("-12.50", False, "-12.50", id="plain"),
        pytest.param("1,234,567.89", False, "1234567.89", id="thousands"),
        pytest.param("1.234,56", True, "1234.56", id="decimal comma"),
        pytest.param("12", True, "12.00", id="whole"),
        pytest.param("(12.50)", False, "-12.50", id="parentheses"),
        pytest.param("12.50-", False, "-12.50", id="minus behind"),
        pytest.param("−12.50", False, "-12.50", id="typographic minus"),
        pytest.param("+12.50", False, "12.50", id="plus"),
        pytest.param("$ 1 234.50", False, "1234.50", id="currency mark and spaces"),
        pytest.param("-12,50 EUR", True, "-12.50", id="currency code"),
        pytest.param("-$5.00", False, "-5.00", id="mark behind the minus"),
        pytest.param("1’234.50", False, "1234.50", id="Swiss thousands"),
        pytest.param("-0.00", False, "0.00", id="minus nothing"),
    ],
)
def test_amount__as_banks_write_it__read(text: str, comma: bool, expected: str) -> None:
    amount = read_amount(text, decimal_comma=comma)

    assert str(amount) == expected


@pytest.mark.parametrize(
    ("text", "comma"),
    [
        pytest.param("", False, id="nothing"),
        pytest.param("-", False, id="only a minus"),
        pytest.param("NaN", False, id="NaN"),
        pytest.param("NaN 12.50", False, id="NaN is no currency"),
        pytest.param("Infinity", False, id="infinity"),
        pytest.param("1e400", False, id="exponent"),
        pytest.param("1e5", False, id="small exponent"),
        pytest.param("12,50", False, id="comma where points are decimal"),
        pytest.param("12.50", True, id="point where commas are decimal"),
        pytest.param("1,23,456.00", False, id="odd grouping"),
        pytest.param("12.505", False, id="three decimals"),
        pytest.param("(12.50", False, id="half a pair of parentheses"),
        pytest.param("--5", False, id="two minus signs"),
        pytest.param("5-5", False, id="a difference"),
        pytest.param("9" * 30, False, id="too large"),
        pytest.param("1\x002", False, id="NUL"),
        pytest.param("１２", False, id="full-width digits"),
        pytest.param("12.50 DR", False, id="unknown mark"),
    ],
)
def test_amount__anything_else__refused(text: str, comma: bool) -> None:
    with pytest.raises(RowError) as refused:
        read_amount(text, decimal_comma=comma)

    assert refused.value.field == "amount"


@given(st.decimals("-99999999", "99999999", places=2), st.booleans())
def test_amount__any_grouped__read_back(amount: Decimal, comma: bool) -> None:
    text = f"{amount:,.2f}"
    if comma:
        text = text.translate(str.maketrans(",.", ".,"))

    assert read_amount(text, decimal_comma=comma) == amount


@given(st.text(max_size=12), st.booleans())
def test_amount__any_text__a_finite_amount_or_a_refusal(text: str, comma: bool) -> None:
    try:
        amount = read_amount(text, decimal_comma=comma)
    except RowError:
        return
    assert amount.is_finite()
    assert amount == amount.quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        pytest.param(["12,50", "1.000,00"], True, id="commas"),
        pytest.param(["12.50", "1,000.00"], False, id="points"),
        pytest.param(["12,50", "12.50"], False, id="both"),
        pytest.param(["1,000", "12"], False, id="thousands only"),
        pytest.param(["-12,5 EUR"], True, id="one decimal, with a code"),
        pytest.param(["(12,50)", "7,25-"], True, id="negative ones"),
        pytest.param([], False, id="nothing"),
    ],
)
def test_decimal_comma__samples__decide(samples: list[str], expected: bool) -> None:
    assert has_decimal_comma(samples) is expected


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        pytest.param(["2026-01-31"], "%Y-%m-%d", id="ISO"),
        pytest.param(["2026-01-31T10:00:00Z", "2026-02-01 09:30"], "%Y-%m-%d", id="with a time of day"),
        pytest.param(["31.01.2026", "01.02.2026"], "%d.%m.%Y", id="points"),
        pytest.param(["01/02/2026", "31/01/2026"], "%d/%m/%Y", id="day first"),
        pytest.param(["01/02/2026", "01/31/2026"], "%m/%d/%Y", id="month first"),
        pytest.param(["20260131"], "%Y%m%d", id="digits"),
        pytest.param(["31 Jan 2026"], "%d %b %Y", id="month by name"),
        pytest.param(["31.01.26"], "%d.%m.%y", id="short year"),
        pytest.param(["31/01/2026", "nonsense", ""], "%d/%m/%Y", id="most, not all"),
        pytest.param(["05/05/2026"], "%d/%m/%Y", id="the same day either way"),
        pytest.param(["2026-01-31", "2026-01-31", "31/01/2026"], "%Y-%m-%d", id="most rows, not most days"),
    ],
)
def test_date_format__samples__guessed(samples: list[str], expected: str) -> None:
    assert guess_date_format(samples) == expected


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        pytest.param(["01/02/2026", "03/04/2026"], "%d/%m/%Y or %m/%d/%Y", id="two meanings"),
        pytest.param(["yesterday"], "--date-format", id="no date"),
        pytest.param([], "--date-format", id="nothing"),
    ],
)
def test_date_format__cannot_be_guessed__says_what_to_do(samples: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        guess_date_format(samples)


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)), st.sampled_from(DATE_FORMATS))
def test_date__any_day_in_any_format__read_back(day: date, form: str) -> None:
    assert read_date(day.strftime(form), form) == day


@pytest.mark.parametrize("text", ["2026-02-30", "", "31.01.2026", "2026-1-1x", "\x00", "nan"])
def test_date__no_day__refused_with_an_example(text: str) -> None:
    with pytest.raises(RowError, match="2026-01-31") as refused:
        read_date(text, "%Y-%m-%d")

    assert refused.value.field == "date"
