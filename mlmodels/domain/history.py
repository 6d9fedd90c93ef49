"""What was known of similar transactions: the last labels at the same merchant and of the same user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.text.key import normalise
from mlmodels.domain.types import Example


class Scope(NamedTuple):
    """A way in which transactions are alike, and how many of the newest labels are looked at."""

    name: str
    size: int


PAIR = Scope("pair", 10)
"""The same user at the same merchant."""
MERCHANT = Scope("merchant", 20)
"""Any user of the same client at the same merchant."""
WORD = Scope("word", 20)
"""Any user of the same client at a merchant whose name begins with the same word."""
USER = Scope("user", 80)
"""The same user anywhere."""
SCOPES = (PAIR, MERCHANT, WORD, USER)


class Key(NamedTuple):
    """What a transaction has in common with others; each part is empty where there is nothing to compare."""

    client: str
    user: str
    merchant: str
    word: str


def key_of(example: Example) -> Key:
    """Return the key under which a transaction's label will be found, and others' labels for it."""
    merchant = normalise(example.description)
    return Key(example.client_key, example.user_key, merchant, first_word(merchant))


def first_word(merchant: str) -> str:
    """Return the first word of a normalised merchant."""
    return merchant.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Window:
    """The labels found in one scope for a batch: an entry for each label, the newest of a row first."""

    row: NDArray[np.intp]
    """(entries,) which row of the batch the label was found for; ascending."""
    age: NDArray[np.intp]
    """(entries,) 0 for the newest label of its row."""
    category: NDArray[np.intp]
    """(entries,) code of the category."""
    day: NDArray[np.int32]
    """(entries,) proleptic ordinal of the labelled transaction's date."""
    amount: NDArray[np.float32]
    """(entries,) its amount."""
    source: NDArray[np.intp]
    """(entries,) which known text, so that it can be compared with the row's."""


def past_labels(
    keys: "KeyColumns", days: NDArray[np.int32], categories: NDArray[np.intp], amounts: NDArray[np.float32]
) -> "PastLabels":
    """Prepare the labels of a training for `PastLabels.windows`; rows ascend by day."""
    groups = {scope.name: _Groups(keys.of(scope), days) for scope in SCOPES}
    return PastLabels(groups, days, categories, amounts)


@dataclass(frozen=True, slots=True)
class KeyColumns:
    """The keys of many transactions as numbers, equal where the keys are; 0 for no key."""

    pair: NDArray[np.int64]
    merchant: NDArray[np.int64]
    word: NDArray[np.int64]
    user: NDArray[np.int64]

    def of(self, scope: Scope) -> NDArray[np.int64]:
        """Return (rows,) the numbers of one scope."""
        column: NDArray[np.int64] = getattr(self, scope.name)
        return column


class _Groups:
    """Rows with the same key stand together, oldest first, so that a window is a stretch of them."""

    def __init__(self, keys: NDArray[np.int64], days: NDArray[np.int32]) -> None:
        rows = len(keys)
        self.order = np.argsort(keys, kind="stable")  # rows ascend by day already
        sorted_keys, sorted_days = keys[self.order], days[self.order]
        position = np.arange(rows)
        opens_key = np.concatenate([[True], sorted_keys[1:] != sorted_keys[:-1]])
        opens_day = opens_key | np.concatenate([[True], sorted_days[1:] != sorted_days[:-1]])
        start = np.maximum.accumulate(np.where(opens_key, position, 0))
        before_day = np.maximum.accumulate(np.where(opens_day, position, 0))
        self.start = np.empty(rows, np.intp)
        self.end = np.empty(rows, np.intp)
        self.start[self.order] = start
        # A row without a key has an empty stretch.
        self.end[self.order] = np.where(sorted_keys == 0, start, before_day)
        # How far each row's stretch reaches back to rows before a given one: a search among sorted pairs.
        self._rank = np.cumsum(opens_key) * (rows + 1) + self.order
        self._group = np.empty(rows, np.intp)
        self._group[self.order] = np.cumsum(opens_key)

    def stretches(
        self, rows: NDArray[np.intp], known_until: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], ...]:
        """Return for each row where its known labels begin and end in `order`.

        Known are those of earlier days, and of these only rows before `known_until`.
        """
        limit = np.searchsorted(self._rank, self._group[rows] * (len(self.order) + 1) + known_until)
        return self.start[rows], np.maximum(self.start[rows], np.minimum(self.end[rows], limit))


class PastLabels:
    """The labels of a training in the order of time; each row sees only what was known a day before it."""

    def __init__(
        self,
        groups: Mapping[str, _Groups],
        days: NDArray[np.int32],
        categories: NDArray[np.intp],
        amounts: NDArray[np.float32],
    ) -> None:
        self._groups = groups
        self._days = days
        self._categories = categories
        self._amounts = amounts

    def windows(self, rows: NDArray[np.intp], known_until: NDArray[np.intp]) -> dict[str, Window]:
        """Return what was known for each of the rows: labels of earlier days, of rows before `known_until`.

        `known_until` stands beside `rows`: with the number of all rows nothing is held back; with an
        earlier row learning stopped there, as it does for somebody who sends no labels any more.
        """
        return {scope.name: self._window(scope, rows, known_until) for scope in SCOPES}

    def _window(self, scope: Scope, rows: NDArray[np.intp], known_until: NDArray[np.intp]) -> Window:
        group = self._groups[scope.name]
        start, end = group.stretches(rows, known_until)
        sizes = np.minimum(end - start, scope.size)
        row = np.repeat(np.arange(len(rows)), sizes)
        age = ages(sizes)
        source = group.order[np.repeat(end - 1, sizes) - age]
        return Window(row, age, self._categories[source], self._days[source], self._amounts[source], source)


def ages(sizes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return 0, 1, 2, … for each row's so many entries, one row after another."""
    ends = np.cumsum(sizes)
    result: NDArray[np.intp] = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)
    return result


class KnownLabels(NamedTuple):
    """The labels that a store found under one key, newest first: lists that stand side by side."""

    ids: Sequence[int]
    """Which transactions they belong to."""
    categories: Sequence[str]
    days: Sequence[int]
    """Proleptic ordinals of the transactions' dates."""
    amounts: Sequence[float]
    texts: Sequence[str]
    """Their descriptions, in the scope USER; empty in the others, where they would all be alike."""
    memos: Sequence[str]


@dataclass(frozen=True, slots=True)
class FoundLabels:
    """What a store found in one scope for a batch."""

    labels: Sequence[KnownLabels]
    """One for each different key of the batch."""
    which: NDArray[np.intp]
    """(rows,) position in `labels`; -1 for a row without a key."""


@dataclass(frozen=True, slots=True)
class History:
    """Everything a store knows of the transactions of a batch."""

    ids: NDArray[np.int64]
    """(rows,) the transactions themselves: no label of its own may speak for one. 0: not stored."""
    found: Mapping[str, FoundLabels]
    """By the name of the scope."""
    corrected_to: Sequence[str]
    """(rows,) the category the user last put this merchant into by correcting a suggestion; empty: none."""

    @classmethod
    def nothing(cls, rows: int) -> "History":
        """Return the history of transactions of which nothing is known."""
        none = FoundLabels([], np.full(rows, -1, np.intp))
        return cls(np.zeros(rows, np.int64), {scope.name: none for scope in SCOPES}, [""] * rows)

    @property
    def categories(self) -> set[str]:
        """Return every category that occurs."""
        lists = [labels.categories for found in self.found.values() for labels in found.labels]
        return set().union(*lists, self.corrected_to) - {""}

    def texts(self, scope: Scope) -> list[tuple[str, str]]:
        """Return description and memo of every label of a scope, as `Window.source` counts them."""
        return [
            text
            for labels in self.found[scope.name].labels
            for text in zip(labels.texts, labels.memos, strict=True)
        ]

    def window(self, scope: Scope, codes: Mapping[str, int]) -> Window:
        """Return the labels of one scope, at most `scope.size` a row, none of them a row's own.

        `codes` gives the code of every category. `Window.source` counts the labels of the scope as they
        were found.
        """
        found = self.found[scope.name]
        flat = _flattened(found.labels, codes)
        begins = np.concatenate([[0], np.cumsum([len(labels.ids) for labels in found.labels], dtype=np.intp)])
        has_key = found.which >= 0
        start = np.where(has_key, begins[found.which], 0)
        sizes = np.where(has_key, begins[found.which + 1] - start, 0)
        row = np.repeat(np.arange(len(sizes)), sizes)
        source = np.repeat(start, sizes) + ages(sizes)
        is_others = flat.ids[source] != self.ids[row]
        row, source = row[is_others], source[is_others]
        age = ages(np.bincount(row, minlength=len(sizes)))
        is_near = age < scope.size
        row, source, age = row[is_near], source[is_near], age[is_near]
        return Window(row, age, flat.categories[source], flat.days[source], flat.amounts[source], source)


class _Flat(NamedTuple):
    ids: NDArray[np.int64]
    categories: NDArray[np.intp]
    days: NDArray[np.int32]
    amounts: NDArray[np.float32]


def _flattened(lists: Sequence[KnownLabels], codes: Mapping[str, int]) -> _Flat:
    return _Flat(
        np.asarray([one for labels in lists for one in labels.ids], np.int64),
        np.asarray([codes[one] for labels in lists for one in labels.categories], np.intp),
        np.asarray([one for labels in lists for one in labels.days], np.int32),
        np.asarray([one for labels in lists for one in labels.amounts], np.float32),
    )
