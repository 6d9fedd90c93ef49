"""Compare texts by short sketches of their weighed tokens."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from mlmodels.domain.features import TextFeatures

WIDTH = 64

Sketches = NDArray[np.float32]
"""(texts, WIDTH): the product of two rows is about the cosine of their texts."""


def sketch(features: TextFeatures, rows: slice | NDArray[np.intp]) -> Sketches:
    """Return the sketches of the rows' descriptions and memos; amount and user have no part in them.

    A count sketch: each column is added, with a random sign, to one of WIDTH sums. Charikar, Chen and
    Farach-Colton, "Finding frequent items in data streams" (2002).
    """
    descriptions = _unit(_sums(features.descriptions))[features.description_of[rows]]
    if not features.memos.nnz:
        return descriptions
    return _unit(descriptions + _unit(_sums(features.memos))[features.memo_of[rows]])


def _unit(sums: Sketches) -> Sketches:
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    result: Sketches = sums / np.maximum(lengths, np.float32(1e-9))
    return result


def _sums(texts: sp.csr_matrix) -> Sketches:
    # Columns are hashes already: their low bits choose the sum, another bit the sign.
    columns = texts.indices
    signed = np.where((columns // WIDTH) % 2, texts.data, -texts.data)
    cells = np.repeat(np.arange(texts.shape[0]) * WIDTH, np.diff(texts.indptr)) + columns % WIDTH
    sums = np.bincount(cells, signed, minlength=texts.shape[0] * WIDTH)
    return sums.reshape(texts.shape[0], WIDTH).astype(np.float32)
