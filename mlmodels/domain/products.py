"""Multiply sparse rows with sparse weights, quickly also where there is a single row."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray


def product(rows: sp.csr_matrix, weights: sp.csr_matrix) -> NDArray[np.float32]:
    """Return the dense (rows, labels) product of (rows, columns) and (columns, labels).

    SciPy makes a sparse product first, which costs a single row a tenth of a millisecond and more.
    """
    begins = weights.indptr[rows.indices]
    sizes = weights.indptr[rows.indices + 1] - begins
    # Each entry of a row meets a stretch of weights; all stretches laid end to end:
    ends = np.cumsum(sizes)
    places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - ends + sizes, sizes)
    of_row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    cells = np.repeat(of_row * weights.shape[1], sizes) + weights.indices[places]
    sums = np.bincount(
        cells, np.repeat(rows.data, sizes) * weights.data[places], minlength=rows.shape[0] * weights.shape[1]
    )
    return sums.reshape(rows.shape[0], weights.shape[1]).astype(np.float32)
