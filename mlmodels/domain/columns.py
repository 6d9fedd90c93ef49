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

    def take(self, rows: NDArray[np.intp]) -> "Coded":
        """Return the column of the rows given."""
        return Coded(self.values, self.codes[rows])


def coded(texts: Iterable[str]) -> Coded:
    """Return the texts as a column."""
    known: dict[str, int] = {}
    codes = [known.setdefault(text, len(known)) for text in texts]
    return Coded(list(known), np.asarray(codes, np.intp))
