"""One transaction as a client or a file gives it, checked field by field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from suggestions.domain.text_input import is_storable

FIELDS = (
    "external_id",
    "user_id",
    "description",
    "amount",
    "currency",
    "date",
    "account",
    "memo",
    "category",
)
ID_LENGTH = 100
NAME_LENGTH = 100
TEXT_LENGTH = 500
AMOUNT_DIGITS = 12
FIRST_DATE = date(1900, 1, 1)
LAST_DATE = date(2199, 12, 31)

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?")
_CENT = Decimal("0.01")


class RowError(Exception):
    """A row was refused: which field, a short code, and what would be right."""

    def __init__(self, field: str, code: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class TransactionRow:
    """One checked transaction."""

    external_id: str
    user_id: str
    description: str
    amount: Decimal
    """Two decimals; money out is negative."""
    currency: str
    date: date
    account: str
    memo: str
    category: str | None
    """None: nothing was said about it, so what is known stays; empty: it is withdrawn."""


def parse_row(row: Mapping[str, object]) -> TransactionRow:
    """Check one row.

    Raises:
        RowError: naming the first field that is wrong.
    """
    for name in row:
        if name not in FIELDS:
            raise RowError(
                _shown(name), "unknown_field", f"unknown field; the fields are {', '.join(FIELDS)}"
            )
    return TransactionRow(
        external_id=_identifier(row, "external_id", required=True),
        user_id=_identifier(row, "user_id", required=False),
        description=_text(row, "description", TEXT_LENGTH, required=True),
        amount=parse_amount(row.get("amount")),
        currency=_currency(row.get("currency")),
        date=_date(row.get("date")),
        account=_text(row, "account", NAME_LENGTH, required=False),
        memo=_text(row, "memo", TEXT_LENGTH, required=False),
        category=None if row.get("category") is None else _text(row, "category", NAME_LENGTH, required=False),
    )


def parse_amount(value: object) -> Decimal:
    """Read an amount: a JSON number or a decimal string, at most two decimals, below 10¹².

    Raises:
        RowError: for anything else, NaN and infinities included.
    """
    if value is None or value == "":
        raise RowError("amount", "required", "the amount is missing")
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise RowError("amount", "invalid", "must be a number")
    if isinstance(value, str) and not _DECIMAL.fullmatch(value.strip()):
        raise RowError("amount", "invalid", "must be a number such as -12.50")
    try:
        amount = Decimal(value if isinstance(value, int | Decimal) else str(value).strip())
    except InvalidOperation:
        raise RowError("amount", "invalid", "must be a number such as -12.50") from None
    # By its exponent: the amount itself may be too large to be compared with anything.
    if not amount.is_finite() or (amount and amount.adjusted() >= AMOUNT_DIGITS):
        raise RowError("amount", "out_of_range", "must be finite and below 1,000,000,000,000")
    if amount.adjusted() < -20 or amount != amount.quantize(_CENT):
        if amount == 0:
            return Decimal("0.00")
        raise RowError("amount", "too_many_decimals", "must have at most two decimals")
    return amount.quantize(_CENT) + 0  # + 0 turns -0.00 into 0.00


def _identifier(row: Mapping[str, object], name: str, *, required: bool) -> str:
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        row = {name: str(value)}
    return _text(row, name, ID_LENGTH, required=required)


def _text(row: Mapping[str, object], name: str, limit: int, *, required: bool) -> str:
    value = row.get(name)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise RowError(name, "invalid", "must be text")
    text = value.strip()
    if required and not text:
        raise RowError(name, "required", "must not be empty")
    if len(text) > limit:
        raise RowError(name, "too_long", f"must have at most {limit} characters")
    if not is_storable(text):
        raise RowError(name, "invalid_text", "must not contain NUL or half a surrogate pair")
    return text


def _currency(value: object) -> str:
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value.strip()):
        raise RowError("currency", "invalid", "must be a three-letter code such as EUR")
    return value.strip().upper()


def _date(value: object) -> date:
    if isinstance(value, date):
        day = value
    else:
        if not isinstance(value, str) or not _ISO_DATE.fullmatch(value.strip()):
            raise RowError("date", "invalid", "must be a date such as 2026-01-31")
        try:
            day = date.fromisoformat(value.strip())
        except ValueError:
            raise RowError("date", "invalid", "is not a day of the calendar") from None
    if not FIRST_DATE <= day <= LAST_DATE:
        raise RowError("date", "out_of_range", f"must lie between {FIRST_DATE} and {LAST_DATE}")
    return day


def _shown(name: object) -> str:
    text = str(name)
    return text[:50] if is_storable(text) else "?"
