"""Turn texts into counted, hashed words and character runs: whole batches at once, no word kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

BITS = 18
COLUMNS = 2**BITS
LONGEST_TEXT = 200
"""Characters of a text that are read; the rest says nothing about who was paid."""

_LONGEST_RUN = 5
_AT_ONCE = 20_000  # texts, which bounds the memory of what lies between text and counts
_NEWLINE, _SPACE = 10, 32
# Odd multipliers of 64 bits, their high bits well spread: the first is 2^64 divided by the golden ratio.
_MIX = np.uint64(0x9E3779B97F4A7C15)
_STEP = np.uint64(0xD6E8FEB86659FD93)
_PAIR = np.uint64(0xA0761D6478BD642F)

Hashes = NDArray[np.uint64]
Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class HashedTexts:
    """The counts of two kinds of tokens, a row for each text."""

    words: sp.csr_matrix
    """(texts, COLUMNS), float32: words, and each two that stand side by side."""
    runs: sp.csr_matrix
    """(texts, COLUMNS), float32: runs of 2 to 5 characters that do not cross a space."""

    def take(self, rows: NDArray[np.intp]) -> "HashedTexts":
        """Return the rows at the positions given, a text as often as it is asked for."""
        return HashedTexts(self.words[rows], self.runs[rows])


def hash_texts(texts: Sequence[str], *, kind: int) -> HashedTexts:
    """Count the tokens of each text; texts of another kind get other columns for the same tokens."""
    if not any(texts):
        nothing = sp.csr_matrix((len(texts), COLUMNS), dtype=np.float32)
        return HashedTexts(nothing, nothing)
    parts = [_hash_some(texts[at : at + _AT_ONCE], kind) for at in range(0, max(len(texts), 1), _AT_ONCE)]
    if len(parts) == 1:
        return parts[0]
    return HashedTexts(
        sp.vstack([part.words for part in parts], "csr"), sp.vstack([part.runs for part in parts], "csr")
    )


def _hash_some(texts: Sequence[str], kind: int) -> HashedTexts:
    codes = _code_points(texts)
    line = np.cumsum(codes == _NEWLINE) - 1
    return HashedTexts(
        _counted(*_words(codes, line), rows=len(texts), salt=2 * kind),
        _counted(*_runs(codes, line), rows=len(texts), salt=2 * kind + 1),
    )


def hash_keys(keys: Sequence[str], *, kind: int) -> NDArray[np.int32]:
    """Return the column of each key taken as a whole."""
    codes = np.frombuffer(
        "".join(f"\n{key}" for key in keys).encode("utf-32-le", "surrogatepass"), np.uint32
    ).astype(np.uint64)
    if not len(codes):
        return np.empty(0, np.int32)
    starts = np.flatnonzero(codes == _NEWLINE)[: len(keys)]
    return _columns(_polynomials(codes, starts), salt=1_000 + kind)


def _code_points(texts: Sequence[str]) -> Hashes:
    # A newline opens each text and a space stands before and after it: the marks of a word's two ends.
    cut = (" ".join(text[:LONGEST_TEXT].casefold().split()) for text in texts)
    joined = "".join(f"\n {text} " for text in cut) + "\n"
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)


def _words(codes: Hashes, line: Positions) -> tuple[Hashes, Positions]:
    is_word = _is_word_character(codes)
    starts = np.flatnonzero(is_word & ~np.concatenate([[False], is_word[:-1]]))
    if not len(starts):
        return np.empty(0, np.uint64), np.empty(0, np.intp)
    single = _polynomials(np.where(is_word, codes, np.uint64(0)), starts)
    rows = line[starts]
    beside = rows[1:] == rows[:-1]
    pairs = (single[:-1] * _PAIR + single[1:])[beside]
    return np.concatenate([single, pairs]), np.concatenate([rows, rows[1:][beside]])


def _is_word_character(codes: Hashes) -> NDArray[np.bool_]:
    digit = (codes >= ord("0")) & (codes <= ord("9"))
    letter = (codes >= ord("a")) & (codes <= ord("z"))
    return digit | letter | (codes > 127)


def _polynomials(codes: Hashes, starts: Positions) -> Hashes:
    # Each stretch from one start to the next as a polynomial in _STEP; wrapping at 2^64 is the point.
    opened = np.zeros(len(codes), np.intp)
    opened[starts] = starts
    place = np.arange(len(codes)) - np.maximum.accumulate(opened)
    powers = np.multiply.accumulate(np.full(int(place.max()) + 1, _STEP))
    result: Hashes = np.add.reduceat(codes * powers[place], starts)
    return result


def _runs(codes: Hashes, line: Positions) -> tuple[Hashes, Positions]:
    spaces = np.concatenate([[0], np.cumsum(codes == _SPACE)])
    newlines = np.concatenate([[0], np.cumsum(codes == _NEWLINE)])
    hashes, rows = [], []
    rolling = codes
    for size in range(2, _LONGEST_RUN + 1):
        rolling = rolling[:-1] * _STEP + codes[size - 1 :]
        first = np.arange(len(rolling))
        is_inside = spaces[first + size - 1] == spaces[first + 1]
        is_inside &= newlines[first + size] == newlines[first]
        is_inside &= spaces[first + size] - spaces[first] < size  # an empty text has nothing but its marks
        hashes.append(rolling[is_inside] + np.uint64(size))
        rows.append(line[: -size + 1][is_inside])
    return np.concatenate(hashes), np.concatenate(rows)


def _columns(hashes: Hashes, *, salt: int) -> NDArray[np.int32]:
    mixed = (hashes + np.uint64(salt)) * _MIX
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _PAIR
    columns: NDArray[np.int32] = (mixed >> np.uint64(64 - BITS)).astype(np.int32)
    return columns


def _counted(hashes: Hashes, line: Positions, *, rows: int, salt: int) -> sp.csr_matrix:
    keys = line.astype(np.int64) * COLUMNS + _columns(hashes, salt=salt)
    cells, counts = np.unique(keys, return_counts=True)
    ends = np.searchsorted(cells, np.arange(rows + 1, dtype=np.int64) * COLUMNS)
    return sp.csr_matrix(
        (counts.astype(np.float32), (cells % COLUMNS).astype(np.int32), ends.astype(np.int32)),
        (rows, COLUMNS),
    )
