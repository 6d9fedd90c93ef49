"""Look at the examples themselves before a model that learned from them is judged."""

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.columns import Coded
from mlmodels.domain.table import Table

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class DataFacts:
    """What the examples say about how far a model of theirs can be trusted."""

    spelled_out: float | None = None
    """Share of the examples whose description or memo names their category; None: not looked at."""
    age_days: int | None = None
    """Days from the newest example to the newest transaction there is; None: that one is not known."""


def examine(table: Table, *, known_until: date | None) -> DataFacts:
    """Return the facts; `known_until` is the date of the newest transaction, labelled or not."""
    if not len(table):
        return DataFacts()
    in_description = _names_it(table.descriptions, table.categories)
    in_memo = _names_it(table.memos, table.categories)
    return DataFacts(
        spelled_out=float((in_description | in_memo).mean()),
        age_days=max(known_until.toordinal() - int(table.days[-1]), 0) if known_until else None,
    )


def _names_it(texts: Coded, categories: Coded) -> NDArray[np.bool_]:
    # Each text is looked at once for each category it has, not once for each row.
    pairs, of_row = np.unique(texts.codes * len(categories.values) + categories.codes, return_inverse=True)
    names = [_words(name) for name in categories.values]
    answers = [
        names[pair % len(names)] != "  "
        and names[pair % len(names)] in _words(texts.values[pair // len(names)])
        for pair in pairs.tolist()
    ]
    return np.array(answers, np.bool_)[of_row]


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "
