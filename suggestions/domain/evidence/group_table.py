"""The counts of all groups of an hour or a day as one piece of bytes, so that months are added up at once."""

import zlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from suggestions.domain.evidence.clusters import GROUPS
from suggestions.domain.evidence.totals import GROUP_MEASURES

KINDS = ("users", "merchants", "pairs")
_SHAPE = len(KINDS), GROUPS, len(GROUP_MEASURES)
_KIND_OF_NUMBER = "<i4"

Table = NDArray[np.int64]
"""(kinds, groups, measures)."""


def pack(groups: Mapping[str, Mapping[int, Sequence[int]]]) -> bytes:
    """Return the measures of each group by kind and number as compressed little-endian 32-bit integers."""
    table = np.zeros(_SHAPE, _KIND_OF_NUMBER)
    for place, kind in enumerate(KINDS):
        for group, measures in groups.get(kind, {}).items():
            table[place, group] = measures
    return zlib.compress(table.tobytes())


def merge(packed: Iterable[bytes]) -> bytes:
    """Return the sums over packed tables, packed."""
    return zlib.compress(_sum(packed).astype(_KIND_OF_NUMBER).tobytes())


def add_up(packed: Iterable[bytes]) -> dict[str, dict[str, list[int]]]:
    """Return the sums over packed tables, by kind and number, of those groups that were observed."""
    sums = _sum(packed)
    return {
        kind: {
            str(group): sums[place, group].tolist()
            for group in np.flatnonzero(sums[place].any(axis=1)).tolist()
        }
        for place, kind in enumerate(KINDS)
    }


def _sum(packed: Iterable[bytes]) -> Table:
    sums: Table = np.zeros(_SHAPE, np.int64)
    for one in packed:
        sums += np.frombuffer(zlib.decompress(one), _KIND_OF_NUMBER).reshape(_SHAPE)
    return sums
