"""Invented transactions that every model answers when it is sealed and again when it is validated."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from mlmodels.domain.history import SCOPES, USER, FoundLabels, History, KnownLabels
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
_FIRST = date(2024, 1, 1)


def golden_examples() -> list[Example]:
    """Return sixty examples that differ in text, amount, sign, user and day; invented, so nobody's."""
    return [
        Example(
            description=merchant,
            memo=_MEMOS[(row + column) % len(_MEMOS)],
            amount=amount,
            currency="EUR",
            date=_FIRST + timedelta(days=5 * (row * len(_AMOUNTS) + column)),
            user_key="" if column % 2 else f"golden:{row}",
            client_key="golden",
        )
        for row, merchant in enumerate(_MERCHANTS)
        for column, amount in enumerate(_AMOUNTS)
    ]


def golden_history(labels: Sequence[str]) -> History:
    """Return a history of the golden examples: every other one has labels in each scope."""
    rows = len(_MERCHANTS) * len(_AMOUNTS)
    known = [_known(row, [*labels, "a category of history alone"]) for row in range(rows)]
    found = {}
    for offset, scope in enumerate(SCOPES):
        lists = [labels if scope is USER else labels._replace(texts=[], memos=[]) for labels in known]
        which = np.where((np.arange(rows) + offset) % 2 == 0, np.arange(rows), -1)
        found[scope.name] = FoundLabels(lists, which)
    return History(np.arange(1, rows + 1), found, [""] * rows)


def _known(row: int, names: Sequence[str]) -> KnownLabels:
    count = row % 5 + 1
    return KnownLabels(
        ids=[1_000 * (row + 1) + at for at in range(count)],
        categories=[names[(row * 7 + at * at) % len(names)] for at in range(count)],
        days=[_FIRST.toordinal() + 5 * row - 3 * at for at in range(count)],
        amounts=[_AMOUNTS[(row + at) % len(_AMOUNTS)] for at in range(count)],
        texts=[_MERCHANTS[(row + at) % len(_MERCHANTS)] for at in range(count)],
        memos=[_MEMOS[at % len(_MEMOS)] for at in range(count)],
    )
