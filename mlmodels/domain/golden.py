"""Invented transactions that every model answers when it is sealed and again when it is validated."""

from datetime import date, timedelta

from mlmodels.domain.types import Example

_MERCHANTS = (
    "NORTHGATE GROCERY #1042",
    "SQ *CAFE LÜCKE",
    "PAYPAL *BRIGHT BOOKS",
    "POS PURCHASE HARBOUR HARDWARE",
    "city transit ticket",
    "PAYROLL ACME LTD",
    "TRANSFER TO SAVINGS",
    "O'Malley's Pharmacy 24h",
    "株式会社サンプル",
    "",
)
_AMOUNTS = (-0.01, -4.5, -18.99, -120.0, -2_500.0, 3_200.0)
_MEMOS = ("", "office supplies", "monthly rent")


def golden_examples() -> list[Example]:
    """Return sixty examples that differ in text, amount, sign, user and day; invented, so nobody's."""
    first = date(2024, 1, 1)
    return [
        Example(
            description=merchant,
            memo=_MEMOS[(row + column) % len(_MEMOS)],
            amount=amount,
            currency="EUR",
            date=first + timedelta(days=5 * (row * len(_AMOUNTS) + column)),
            user_key="" if column % 2 else f"golden:{row}",
        )
        for row, merchant in enumerate(_MERCHANTS)
        for column, amount in enumerate(_AMOUNTS)
    ]
