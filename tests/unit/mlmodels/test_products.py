"""Sparse rows times sparse weights: what is known of the result, and that it does not depend on the batch."""

import numpy as np
import pytest
import scipy.sparse as sp

from mlmodels.domain.products import product

MANY = 300


def make_rows(count: int = MANY) -> sp.csr_matrix:
    rows = sp.random(count, 1_000, 0.05, "lil", np.float32, np.random.default_rng(1))
    rows[count // 2] = 0  # a text without a token
    return rows.tocsr()


def make_weights(labels: int = 20) -> sp.csr_matrix:
    weights = sp.random(1_000, labels, 0.3, "csr", np.float32, np.random.default_rng(2))
    weights.data -= np.float32(0.5)
    return weights


@pytest.mark.parametrize("count", [pytest.param(3, id="few"), pytest.param(MANY, id="many")])
def test_product__few_or_many_rows__is_that_of_the_dense_matrices(count: int) -> None:
    rows, weights = make_rows(count), make_weights()

    found = product(rows, weights)

    assert found.dtype == np.float32
    assert found == pytest.approx(rows.toarray() @ weights.toarray(), abs=1e-5)
    assert not found[count // 2].any()


@pytest.mark.parametrize("at_once", [1, 10])
def test_product__row_among_few_or_many__same_to_the_last_bit(at_once: int) -> None:
    rows, weights = make_rows(), make_weights()

    parts = [product(rows[at : at + at_once], weights) for at in range(0, MANY, at_once)]

    assert (np.vstack(parts) == product(rows, weights)).all()


@pytest.mark.parametrize(("count", "labels"), [(0, 20), (3, 0), (MANY, 0)])
def test_product__nothing_to_multiply__is_empty(count: int, labels: int) -> None:
    rows, weights = make_rows(MANY)[:count], make_weights()[:, :labels]

    assert product(rows, weights).shape == (count, labels)
