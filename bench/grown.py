"""Make a large history of a small one: more people, more merchants, more years, the same habits."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from suggestions.domain.transaction_row import TransactionRow

SHIFT = timedelta(days=73)
"""So much later does each copy begin: ten of them add two years."""
PEOPLE = 5
"""The user of a row becomes one of so many."""
_RENAMED = 0.5  # of the merchants in each copy but the first
_SWAPPED = str.maketrans("AEIOUBCDFGLMNPRST", "EIOUACBFDGMLNSTRP")
_CENT = Decimal("0.01")


def grow(rows: Sequence[TransactionRow], count: int, *, seed: int = 1) -> Iterator[TransactionRow]:
    """Yield `count` rows made of the given ones, copy after copy; equal arguments give equal rows.

    In each copy half of the merchants get names of their own, so that words and merchants grow with the rows;
    amounts move by up to a fifth, and some descriptions carry a new number.
    """
    for number in range(count):
        copy, at = divmod(number, len(rows))
        yield _changed(rows[at], copy, random.Random(f"{seed}:{number}"))


def _changed(row: TransactionRow, copy: int, chance: random.Random) -> TransactionRow:
    if not copy:
        return row
    amount = (row.amount * Decimal(chance.uniform(0.8, 1.2))).quantize(_CENT)
    number = f" {chance.randrange(1_000, 9_999)}" if chance.random() < 0.3 else ""
    return replace(
        row,
        external_id=f"{row.external_id}-{copy}",
        user_id=f"{row.user_id[:90]}-{chance.randrange(PEOPLE)}-{copy}" if row.user_id else "",
        date=row.date + SHIFT * copy,
        description=f"{_renamed(row.description, copy)}{number}"[:500],
        amount=amount or row.amount,
    )


def _renamed(description: str, copy: int) -> str:
    first, _, rest = description.upper().partition(" ")
    of_merchant = random.Random(f"{first}:{copy}")
    if of_merchant.random() >= _RENAMED:
        return description
    middle = len(first) // 2
    swapped = first.translate(_SWAPPED)
    name = f"{swapped[middle:]}{swapped[:middle]}{of_merchant.choice('AEIOU')}{of_merchant.choice('LMNRST')}"
    return f"{name} {rest}".strip()
