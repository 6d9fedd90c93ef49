"""Hold many labelled transactions in columns: numbers and distinct texts, no object a row."""

import hashlib
import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.columns import Coded
from mlmodels.domain.history import KeyColumns, first_word
from mlmodels.domain.text.key import normalise
from mlmodels.domain.types import LabelledExample


@dataclass(frozen=True, slots=True)
class Table:
    """Labelled transactions, oldest first."""

    descriptions: Coded
    memos: Coded
    users: Coded
    """Empty where none is known."""
    clients: Coded
    categories: Coded
    baselines: Coded
    """The answer in use today; empty where it has none."""
    amounts: NDArray[np.float32]
    days: NDArray[np.int32]
    """Proleptic ordinals."""
    weights: NDArray[np.float32]
    """How much each label counts, 1 on the mean: one kind of label alone is not learned more faintly."""

    def __len__(self) -> int:
        return len(self.days)

    def take(self, rows: NDArray[np.intp]) -> "Table":
        """Return the rows given, in their order."""
        return Table(
            self.descriptions.take(rows),
            self.memos.take(rows),
            self.users.take(rows),
            self.clients.take(rows),
            self.categories.take(rows),
            self.baselines.take(rows),
            self.amounts[rows],
            self.days[rows],
            self.weights[rows],
        )

    def date_of(self, row: int) -> str:
        """Return a row's date in ISO form."""
        return date.fromordinal(int(self.days[row])).isoformat()

    def fingerprint(self) -> str:
        """Return the SHA-256 over everything that is learned from, in its order."""
        digest = hashlib.sha256()
        for column in (
            self.descriptions,
            self.memos,
            self.users,
            self.clients,
            self.categories,
            self.baselines,
        ):
            digest.update("\x1f".join(column.values).encode("utf-8", "surrogatepass"))
            digest.update(column.codes.astype("<i8").tobytes())
        for numbers in (self.amounts, self.days, self.weights):
            digest.update(numbers.tobytes())
        return digest.hexdigest()

    def keys(self) -> KeyColumns:
        """Return what each row has in common with others, as numbers within this table."""
        merchants, words = _merchants(self.descriptions)
        is_known = np.array([bool(key) for key in self.users.values], np.bool_)
        user = np.where(is_known[self.users.codes], self.users.codes + 1, 0)
        client = self.clients.codes + 1
        # A user key names its client already.
        return KeyColumns(
            pair=_joined(user, merchants),
            merchant=_joined(client, merchants),
            word=_joined(client, words),
            user=user,
        )


def is_usable(labelled: LabelledExample) -> bool:
    """Tell whether an example can be learned from, and be asked about."""
    is_number = math.isfinite(labelled.example.amount)
    return bool(labelled.category) and is_number and 0 < labelled.weight < math.inf


def read_table(examples: Iterable[LabelledExample]) -> Table:
    """Read examples one by one, so that no more than one of them is an object at a time."""
    reader = _Reader()
    for labelled in examples:
        reader.add(labelled)
    table = reader.table()
    if len(table) and (np.diff(table.days) < 0).any():
        return table.take(np.argsort(table.days, kind="stable"))  # the source's order decides within a day
    return table


class _Reader:
    def __init__(self) -> None:
        self._texts: list[tuple[dict[str, int], array[int]]] = [({}, array("i")) for _ in range(6)]
        self._amounts, self._days, self._weights = array("f"), array("i"), array("f")

    def add(self, labelled: LabelledExample) -> None:
        example = labelled.example
        texts = (
            example.description,
            example.memo,
            example.user_key,
            example.client_key,
            labelled.category,
            labelled.baseline_category or "",
        )
        for (known, codes), text in zip(self._texts, texts, strict=True):
            codes.append(known.setdefault(text, len(known)))
        self._amounts.append(example.amount)
        self._days.append(example.date.toordinal())
        self._weights.append(labelled.weight)

    def table(self) -> Table:
        weights = np.asarray(self._weights, np.float32)
        descriptions, memos, users, clients, categories, baselines = (
            Coded(list(known), np.asarray(codes, np.intp)) for known, codes in self._texts
        )
        return Table(
            descriptions,
            memos,
            users,
            clients,
            categories,
            baselines,
            np.asarray(self._amounts, np.float32),
            np.asarray(self._days, np.int32),
            weights / max(float(weights.mean()), 1e-9) if len(weights) else weights,
        )


def _merchants(descriptions: Coded) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    merchants: dict[str, int] = {"": 0}
    words: dict[str, int] = {"": 0}
    pairs = []
    for description in descriptions.values:
        merchant = normalise(description)
        word = first_word(merchant)
        pairs.append((merchants.setdefault(merchant, len(merchants)), words.setdefault(word, len(words))))
    table = np.asarray(pairs, np.intp).reshape(-1, 2)[descriptions.codes]
    return table[:, 0], table[:, 1]


def _joined(first: NDArray[np.intp], second: NDArray[np.intp]) -> NDArray[np.int64]:
    joined: NDArray[np.int64] = np.where(
        (first > 0) & (second > 0), first * (second.max(initial=0) + 1) + second, 0
    )
    return joined
