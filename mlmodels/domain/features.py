"""Turn transactions into the text features of a model; training and serving share this one way."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from mlmodels.domain.columns import Coded
from mlmodels.domain.products import product
from mlmodels.domain.text.hashing import COLUMNS, HashedTexts, hash_keys, hash_texts

FEATURE_VERSION = 2
"""Raise it with every change of a feature's meaning: an older artifact is then refused instead of misread."""

_DESCRIPTION, _MEMO, _KEYS = range(3)
_USER_WEIGHT = 1.0
_AMOUNT_WEIGHT = 0.5
_BUCKETS_A_DOUBLING = 2


@dataclass(frozen=True, slots=True)
class Tokens:
    """The counted tokens of some transactions; a text that occurs often is held once."""

    descriptions: HashedTexts
    description_of: NDArray[np.intp]
    """(rows,) position of each row's description."""
    memos: HashedTexts
    memo_of: NDArray[np.intp]
    """(rows,) position of each row's memo."""
    keys: sp.csr_matrix
    """(rows, COLUMNS): the user, and the size and sign of the amount."""

    def document_frequencies(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return (COLUMNS,) in how many of the rows each column occurs in a text."""
        total = np.zeros(COLUMNS)
        for texts, which in ((self.descriptions, self.description_of), (self.memos, self.memo_of)):
            occurrences = np.bincount(which[rows], minlength=texts.words.shape[0])
            for block in (texts.words, texts.runs):
                total += occurrences @ (block != 0)
        return total

    def occurring(self, rows: NDArray[np.intp], frequencies: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the columns that occur in the rows, in texts or as keys, ascending.

        `frequencies` are the rows' `document_frequencies`.
        """
        occurs = frequencies > 0
        occurs[self.keys[rows].indices] = True
        return np.flatnonzero(occurs)

    def weigh(self, idf: NDArray[np.float32]) -> "TextFeatures":
        """Return the tokens weighed by how rarely each occurs."""
        return TextFeatures(
            _weighed(self.descriptions, idf),
            self.description_of,
            _weighed(self.memos, idf),
            self.memo_of,
            self.keys,
        )


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """The weighed tokens of some transactions."""

    descriptions: sp.csr_matrix
    description_of: NDArray[np.intp]
    memos: sp.csr_matrix
    memo_of: NDArray[np.intp]
    keys: sp.csr_matrix

    def rows(self, rows: slice | NDArray[np.intp]) -> sp.csr_matrix:
        """Return (rows, COLUMNS), float32: what a linear model reads of the rows."""
        text = self.descriptions[self.description_of[rows]] + self.keys[rows]
        return text + self.memos[self.memo_of[rows]] if self.memos.nnz else text

    def times(self, weights: sp.csr_matrix, rows: slice | NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the (rows, labels) product with (COLUMNS, labels) weights; each text is multiplied once."""
        keys = self.keys if isinstance(rows, slice) and rows == slice(None) else self.keys[rows]
        result = product(keys, weights)
        for texts, which in ((self.descriptions, self.description_of), (self.memos, self.memo_of)):
            if texts.nnz:
                result += _times(texts, which[rows], weights)
        return result


def count_tokens(descriptions: Coded, memos: Coded, users: Coded, amounts: Sequence[float]) -> Tokens:
    """Return the tokens of some transactions, given column by column."""
    return Tokens(
        hash_texts(descriptions.values, kind=_DESCRIPTION),
        descriptions.codes,
        hash_texts(memos.values, kind=_MEMO),
        memos.codes,
        _keys(users, amounts),
    )


def inverse_document_frequencies(frequencies: NDArray[np.float64], rows: int) -> NDArray[np.float32]:
    """Return (COLUMNS,) ln((1 + rows) / (1 + frequency)) + 1, the smoothed weight of scikit-learn's TF-IDF.

    Each is rounded to a value that two bytes hold, as it is stored.
    """
    idf = np.log((1 + rows) / (1 + frequencies)) + 1
    return idf.astype(np.float16).astype(np.float32)


def _times(texts: sp.csr_matrix, which: NDArray[np.intp], weights: sp.csr_matrix) -> NDArray[np.float32]:
    different, place = np.unique(which, return_inverse=True)
    if len(different) < texts.shape[0]:
        return product(texts[different], weights)[place]
    return product(texts, weights)[which]


def _weighed(texts: HashedTexts, idf: NDArray[np.float32]) -> sp.csr_matrix:
    if not texts.runs.nnz:
        return texts.runs
    return _unit_rows(texts.words, idf) + _unit_rows(texts.runs, idf)


def _unit_rows(counts: sp.csr_matrix, idf: NDArray[np.float32]) -> sp.csr_matrix:
    # Sublinear term frequency: a word that stands three times does not weigh three times as much.
    values = (1 + np.log(counts.data)) * idf[counts.indices]
    lengths = np.sqrt(np.add.reduceat(np.append(values * values, 0), counts.indptr[:-1]))
    sizes = np.diff(counts.indptr)
    values = values / np.repeat(np.where(sizes > 0, lengths, 1), sizes)
    return sp.csr_matrix((values.astype(np.float32), counts.indices, counts.indptr), counts.shape)


def _keys(users: Coded, amounts: Sequence[float]) -> sp.csr_matrix:
    columns = np.column_stack(
        [
            hash_keys([f"u{user}" for user in users.values], kind=_KEYS)[users.codes],
            hash_keys([_amount_key(amount) for amount in amounts], kind=_KEYS),
        ]
    )
    values = np.tile(np.array([_USER_WEIGHT, _AMOUNT_WEIGHT], np.float32), len(columns))
    ends = np.arange(0, columns.size + 1, columns.shape[1], dtype=np.int32)
    return sp.csr_matrix((values, columns.ravel(), ends), (len(columns), COLUMNS))


def _amount_key(amount: float) -> str:
    size = math.log2(1 + abs(amount)) if math.isfinite(amount) else 0.0
    return f"{'+' if amount > 0 else '-'}{round(size * _BUCKETS_A_DOUBLING)}"
