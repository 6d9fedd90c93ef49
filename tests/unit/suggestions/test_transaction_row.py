from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggestions.domain.transaction_row import RowError, parse_amount, parse_row


def row(**overrides: Any) -> dict[str, Any]:
    values = {
        "external_id": "e1",
        "description": "SHOP",
        "amount": "-1.5",
        "currency": "eur",
        "date": "2026-01-31",
    }
    return values | overrides


def test_parse_row__good_row__is_normalised() -> None:
    parsed = parse_row(row(user_id=42, memo=None))

    assert (parsed.user_id, parsed.amount, parsed.currency, parsed.memo) == (
        "42",
        Decimal("-1.50"),
        "EUR",
        "",
    )
    assert parsed.category is None


@pytest.mark.parametrize(
    ("overrides", "field", "code"),
    [
        pytest.param({"external_id": ""}, "external_id", "required", id="empty id"),
        pytest.param({"external_id": True}, "external_id", "invalid", id="true is no id"),
        pytest.param({"external_id": "x" * 101}, "external_id", "too_long", id="long id"),
        pytest.param({"description": "  "}, "description", "required", id="blank description"),
        pytest.param({"description": 5}, "description", "invalid", id="number as text"),
        pytest.param({"description": "A\0B"}, "description", "invalid_text", id="NUL"),
        pytest.param({"memo": "\ud800"}, "memo", "invalid_text", id="lone surrogate"),
        pytest.param({"amount": None}, "amount", "required", id="no amount"),
        pytest.param({"amount": True}, "amount", "invalid", id="true is no amount"),
        pytest.param({"amount": "NaN"}, "amount", "invalid", id="NaN as text"),
        pytest.param({"amount": float("nan")}, "amount", "out_of_range", id="NaN"),
        pytest.param({"amount": float("inf")}, "amount", "out_of_range", id="infinity"),
        pytest.param({"amount": Decimal("1e400")}, "amount", "out_of_range", id="1e400"),
        pytest.param({"amount": Decimal("1e9999999")}, "amount", "out_of_range", id="1e9999999"),
        pytest.param({"amount": Decimal("1e-9999999")}, "amount", "too_many_decimals", id="1e-9999999"),
        pytest.param({"amount": Decimal("1e-400")}, "amount", "too_many_decimals", id="1e-400"),
        pytest.param({"amount": "12.345"}, "amount", "too_many_decimals", id="a tenth of a cent"),
        pytest.param({"amount": 10**12}, "amount", "out_of_range", id="too much money"),
        pytest.param({"amount": "１２"}, "amount", "invalid", id="full-width digits"),
        pytest.param({"currency": "EURO"}, "currency", "invalid", id="currency"),
        pytest.param({"date": "2026-02-30"}, "date", "invalid", id="no such day"),
        pytest.param({"date": "20260131"}, "date", "invalid", id="other date form"),
        pytest.param({"date": "0001-01-01"}, "date", "out_of_range", id="antique"),
        pytest.param({"colour": "red"}, "colour", "unknown_field", id="unknown field"),
        pytest.param({"\ud800": "red"}, "?", "unknown_field", id="unknown field nobody can print"),
    ],
)
def test_parse_row__bad_field__names_the_field(overrides: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(RowError) as caught:
        parse_row(row(**overrides))

    assert (caught.value.field, caught.value.code) == (field, code)


@pytest.mark.parametrize("zero", ["-0.00", -0.0, 0, "0", Decimal("-0e-400")])
def test_parse_amount__any_zero__is_plain_zero(zero: object) -> None:
    assert str(parse_amount(zero)) == "0.00"


@given(st.one_of(st.floats(), st.integers(), st.decimals(), st.text(max_size=10), st.booleans()))
def test_parse_amount__anything__is_finite_with_two_decimals_or_refused(value: object) -> None:
    try:
        amount = parse_amount(value)
    except RowError:
        return
    assert amount.is_finite()
    assert amount.as_tuple().exponent == -2
    assert not isinstance(value, bool)
