"""Turn transactions into the numbers a model learns from; training and serving share this one way."""

import math
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from mlmodels.domain.text import character_grams, normalise, words_and_pairs
from mlmodels.domain.types import Example

FEATURE_VERSION = 1
"""Raise it with every change of a feature's meaning: an older artifact is then refused instead of misread."""

HASHED_COLUMNS = 2**15
HASHED_BLOCKS = ("merchant", "words", "character_grams", "memo_words", "user")
NUMBERS = ("log_amount", "is_money_in", "day_of_month", "weekday")
FEATURE_NAMES = tuple(f"hashed_{HASHED_COLUMNS}:{block}" for block in HASHED_BLOCKS) + NUMBERS
"""The hashed blocks share their columns; the numbers follow in this order."""

_CACHED_TEXTS = 20_000
_KEY_WEIGHT = 0.7  # a whole merchant or user counts about as much as all words of a description together

Block = tuple[NDArray[np.int32], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Features:
    """The features of some transactions, a row each."""

    hashed: sp.csr_matrix
    """(rows, HASHED_COLUMNS), float32."""
    numbers: NDArray[np.float32]
    """(rows, 4), in the order of NUMBERS; always finite."""

    def take(self, rows: slice | NDArray[np.bool_]) -> "Features":
        """Return the rows of a slice, or those where one boolean a row is true."""
        return Features(self.hashed[rows], self.numbers[rows])


def featurise(examples: Iterable[Example]) -> Features:
    """Return the features of the examples in their order; text is hashed, so no word of anyone is kept."""
    columns: list[NDArray[np.int32]] = []
    values: list[NDArray[np.float32]] = []
    ends = [0]
    numbers: list[tuple[float, float, float, float]] = []
    for example in examples:
        width = 0
        for block_columns, block_values in _blocks(example):
            columns.append(block_columns)
            values.append(block_values)
            width += len(block_columns)
        ends.append(ends[-1] + width)
        numbers.append(_numbers(example))
    hashed = sp.csr_matrix(
        (
            np.concatenate(values or [np.empty(0, np.float32)]),
            np.concatenate(columns or [np.empty(0, np.int32)]),
            np.asarray(ends, np.int32),
        ),
        shape=(len(numbers), HASHED_COLUMNS),
    )
    return Features(hashed, np.asarray(numbers, np.float32).reshape(-1, len(NUMBERS)))


def clear_cache() -> None:
    """Forget the cached texts."""
    for cached in (_description_blocks, _memo_block, _user_block):
        cached.cache_clear()


def _blocks(example: Example) -> tuple[Block, ...]:
    merchant, description = _description_blocks(example.description)
    blocks: tuple[Block, ...] = (description,)
    if example.memo:
        blocks += (_memo_block(example.memo),)
    if example.user_key:
        blocks += (_user_block(example.user_key, merchant),)
    return blocks


@lru_cache(maxsize=_CACHED_TEXTS)
def _description_blocks(description: str) -> tuple[str, Block]:
    merchant = normalise(description)
    first_word = merchant.partition(" ")[0]
    return merchant, _joined(
        _block(["m", "f"], [merchant, first_word], _key_weight),
        _block(["w"], words_and_pairs(merchant), _shared_weight),
        _block(["c"], character_grams(merchant, 3, 5), _shared_weight),
    )


@lru_cache(maxsize=_CACHED_TEXTS)
def _memo_block(memo: str) -> Block:
    return _block(["n"], words_and_pairs(normalise(memo)), _shared_weight)


@lru_cache(maxsize=_CACHED_TEXTS)
def _user_block(user_key: str, merchant: str) -> Block:
    first_word = merchant.partition(" ")[0]
    tokens = [user_key, f"{user_key}\x1f{merchant}", f"{user_key}\x1f{first_word}"]
    return _block(["u", "um", "uf"], tokens, _key_weight)


def _block(kinds: Sequence[str], tokens: Sequence[str], weight: Callable[[int], float]) -> Block:
    if len(kinds) == 1:
        kinds = list(kinds) * len(tokens)
    hashes = {_column(f"{kind}:{token}") for kind, token in zip(kinds, tokens, strict=True)}
    return (
        np.asarray(sorted(hashes), np.int32),
        np.full(len(hashes), weight(len(hashes)), np.float32),
    )


def _column(token: str) -> int:
    return zlib.crc32(token.encode("utf-8", "surrogatepass")) % HASHED_COLUMNS


def _joined(*blocks: Block) -> Block:
    return np.concatenate([columns for columns, _ in blocks]), np.concatenate(
        [values for _, values in blocks]
    )


def _key_weight(_count: int) -> float:
    return _KEY_WEIGHT


def _shared_weight(count: int) -> float:
    return 1 / math.sqrt(count) if count else 0.0


def _numbers(example: Example) -> tuple[float, float, float, float]:
    amount = example.amount if math.isfinite(example.amount) else 0.0
    return (
        math.log1p(abs(amount)),
        float(amount > 0),
        float(example.date.day),
        float(example.date.weekday()),
    )
