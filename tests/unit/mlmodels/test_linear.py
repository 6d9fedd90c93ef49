import numpy as np
import pytest
from numpy.typing import NDArray

from mlmodels.domain import linear
from mlmodels.domain.columns import coded
from mlmodels.domain.features import Tokens, count_tokens
from mlmodels.domain.linear import LinearModel, LinearParameters, fit_linear, largest

WORDS = ["rent", "fuel", "bread", "toys"]
TARGETS = np.array([0, 1, 2, 2] * 40)


def tokens() -> Tokens:
    count = len(TARGETS)
    return count_tokens(coded(WORDS * 40), coded([""] * count), coded([""] * count), [-1.0] * count)


def fitted(weights: NDArray[np.float32] | None = None, seed: int = 1) -> LinearModel:
    ones = np.ones(len(TARGETS), np.float32) if weights is None else weights
    rows = np.arange(len(TARGETS))
    return fit_linear(tokens(), rows, TARGETS, ones, LinearParameters(3, seed), lambda _share: None)


def scores(model: LinearModel) -> NDArray[np.float32]:
    return model.score(tokens().weigh(model.idf), slice(None))


def test_fit_linear__separable_rows__learns_them() -> None:
    assert (scores(fitted()).argmax(axis=1) == TARGETS).all()


def test_fit_linear__weightless_rows__teach_nothing() -> None:
    assert fitted(np.zeros(len(TARGETS), np.float32)).weights.nnz == 0


def test_fit_linear__a_part_of_the_rows__learns_from_no_other() -> None:
    rows = np.flatnonzero(TARGETS < 2)

    model = fit_linear(
        tokens(),
        rows,
        TARGETS[rows],
        np.ones(len(rows), np.float32),
        LinearParameters(2, 1),
        lambda _share: None,
    )

    assert model.weights.shape[1] == 2
    assert (scores(model).argmax(axis=1)[rows] == TARGETS[rows]).all()


def test_fit_linear__same_seed__same_bits() -> None:
    first, second, other = fitted(), fitted(), fitted(seed=2)

    assert first.weights.data.tobytes() == second.weights.data.tobytes()
    assert first.weights.data.tobytes() != other.weights.data.tobytes()


def test_fit_linear__more_weights_than_are_kept__the_largest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    every = np.sort(np.abs(fitted().weights.data))
    monkeypatch.setattr(linear, "MAX_WEIGHTS", 10)

    kept = np.abs(fitted().weights.data)

    assert len(kept) >= 10
    assert kept.min() >= every[-10] - 1e-3


def test_fit_linear__columns_that_occur_nowhere__have_no_weight() -> None:
    rows = np.flatnonzero(TARGETS < 2)  # "rent" and "fuel" alone
    model = fit_linear(
        tokens(), rows, TARGETS[rows], np.ones(len(rows), np.float32), LinearParameters(2, 1), lambda _s: None
    )

    filled = np.flatnonzero(np.diff(model.weights.indptr))

    assert set(filled) <= set(tokens().occurring(rows, tokens().document_frequencies(rows)))
    assert len(filled) > 10


@pytest.mark.parametrize(
    ("count", "kept"),
    [
        pytest.param(100, [0.0005, 0.002, -0.25, -0.5, 1.0], id="all-have-room-however-small"),
        pytest.param(4, [0.002, -0.25, -0.5, 1.0], id="one-too-many"),
        pytest.param(2, [-0.5, 1.0], id="negative-ones-count-by-their-size"),
    ],
)
def test_largest__more_or_fewer_than_wanted__the_largest_by_size(count: int, kept: list[float]) -> None:
    weights = np.zeros((5_000, 2), np.float32)
    weights[[0, 4_095, 4_096, 4_999], [0, 1, 0, 1]] = [0.002, -0.25, 1.0, -0.5]
    weights[17, 1] = 0.0005

    found = largest(weights, count)

    assert sorted(found.data.tolist(), key=abs) == pytest.approx(kept, rel=1e-3)
    assert found.shape == weights.shape
    assert found[4_999, 1] == -0.5


def test_largest__several_of_the_same_size__all_of_them() -> None:
    weights = np.full((3, 1), 0.5, np.float32)

    assert largest(weights, 2).nnz == 3


def test_largest__where_some_must_go__none_below_a_thousandth() -> None:
    weights = np.array([[0.5], [0.0004], [0.0003]], np.float32)

    assert largest(weights, 2).data.tolist() == [0.5]


def test_log_probabilities__any_row__probabilities_sum_to_one() -> None:
    assert np.exp(scores(fitted())).sum(axis=1) == pytest.approx(1.0, abs=1e-5)
