"""Hold a column of texts as numbers."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of texts: the different ones, and which of them each row has."""

    values: list[str]
    codes: NDArray[np.intp]

    def count(self) -> dict[str, int]:
        """Return how many rows have each text that occurs, by the text's name."""
        counts = np.bincount(self.codes, minlength=len(self.values)).tolist()
        return {value: rows for value, rows in sorted(zip(self.values, counts, strict=True)) if rows}

    def take(self, rows: NDArray[np.intp]) -> "Coded":
        """Return the column of the rows given."""
        return Coded(self.values, self.codes[rows])


def coded(texts: Iterable[str]) -> Coded:
    """Return the texts as a column."""
    known: dict[str, int] = {}
    codes = [known.setdefault(text, len(known)) for text in texts]
    return Coded(list(known), np.asarray(codes, np.intp))
