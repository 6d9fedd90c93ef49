import numpy as np
import pytest
import scipy.sparse as sp

from mlmodels.domain.linear import fit_linear, fold, width_for


def test_fit_linear__separable_rows__learns_them() -> None:
    rows = sp.csr_matrix(np.eye(4, 8, dtype=np.float32)[[0, 1, 2, 3] * 40])
    targets = np.array([0, 1, 2, 2] * 40)

    model = fit_linear(
        rows, targets, np.ones(160, np.float32), labels=3, seed=1, progress=lambda _share: None
    )

    assert (model.log_probabilities(rows).argmax(axis=1) == targets).all()


def test_fit_linear__weightless_rows__teach_nothing() -> None:
    rows = sp.csr_matrix(np.eye(2, 8, dtype=np.float32)[[0, 1] * 40])
    targets = np.array([0, 1] * 40)

    model = fit_linear(
        rows, targets, np.zeros(80, np.float32), labels=2, seed=1, progress=lambda _share: None
    )

    assert not model.weights.any()


def test_log_probabilities__any_row__probabilities_sum_to_one() -> None:
    rows = sp.csr_matrix(np.eye(4, 8, dtype=np.float32))
    model = fit_linear(
        rows, np.array([0, 1, 2, 2]), np.ones(4, np.float32), labels=3, seed=1, progress=lambda _share: None
    )

    assert np.exp(model.log_probabilities(rows)).sum(axis=1) == pytest.approx(1.0)


def test_fold__too_wide__columns_modulo_width() -> None:
    wide = sp.csr_matrix(np.arange(8, dtype=np.float32).reshape(1, 8))

    assert fold(wide, 4).toarray().tolist() == [[0 + 4, 1 + 5, 2 + 6, 3 + 7]]


@pytest.mark.parametrize(("labels", "width"), [(2, 32_768), (122, 32_768), (123, 16_384), (400, 8_192)])
def test_width_for__more_labels__fewer_columns(labels: int, width: int) -> None:
    assert width_for(labels, 32_768) == width
