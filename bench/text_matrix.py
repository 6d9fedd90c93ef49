"""The text of rows as sparse TF-IDF columns."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import OneHotEncoder

from bench.contender import Row
from mlmodels.domain.text.key import normalise

_WORD = r"\w+"


class TextMatrix:
    """Words and pairs, runs of 2 to 5 characters inside words and, if wanted, who bought and where."""

    def __init__(self, *, has_users: bool, rarest: int = 2) -> None:
        settings = {"min_df": rarest, "sublinear_tf": True, "dtype": np.float32}
        self._words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=_WORD, **settings)
        self._characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **settings)
        self._users = _one_hot() if has_users else None

    def fit(self, rows: Sequence[Row]) -> csr_matrix:
        """Choose the columns by these rows, and return their matrix."""
        texts = [_to_text(row) for row in rows]
        blocks = [self._words.fit_transform(texts), self._characters.fit_transform(texts)]
        if self._users is not None:
            blocks.append(self._users.fit_transform(_to_users(rows)))
        return hstack(blocks).tocsr()

    def transform(self, rows: Sequence[Row]) -> csr_matrix:
        """Return the rows in the columns chosen."""
        texts = [_to_text(row) for row in rows]
        blocks = [self._words.transform(texts), self._characters.transform(texts)]
        if self._users is not None:
            blocks.append(self._users.transform(_to_users(rows)))
        return hstack(blocks).tocsr()


def _one_hot() -> Any:
    return OneHotEncoder(handle_unknown="ignore", min_frequency=2, dtype=np.float32)


def _to_text(row: Row) -> str:
    return f"{row.example.description} | {row.example.memo}" if row.example.memo else row.example.description


def _to_users(rows: Sequence[Row]) -> Any:
    return np.array(
        [
            (row.example.user_key, f"{row.example.user_key}\x1f{normalise(row.example.description)}")
            for row in rows
        ],
        dtype=object,
    )
