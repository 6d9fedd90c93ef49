"""The ranker fitted by two workers: processes of their own, which LightGBM joins over sockets."""

from collections.abc import Iterator

import numpy as np
import pytest
from distributed import LocalCluster

from mlmodels.domain.candidates import FEATURE_NAMES, Candidates
from mlmodels.domain.tree_text import check_tree_text
from mlmodels.learning import cluster
from mlmodels.learning.cluster import ClusterUnavailable, connected, row_softmax
from mlmodels.learning.options import TrainingOptions
from mlmodels.learning.ranker import FitRanker, Ranker, RankerParameters, RankerRows, fit_ranker
from mlmodels.learning.training import train
from tests.examples import synthetic_examples

CANDIDATES = 6
PARAMETERS = RankerParameters(rounds=40)
NOWHERE = "tcp://127.0.0.1:9"


def make_rows(count: int, seed: int) -> RankerRows:
    chance = np.random.default_rng(seed)
    features = chance.normal(size=(count * CANDIDATES, len(FEATURE_NAMES))).astype(np.float32)
    worth = (
        features[:, 0] + 1.5 * features[:, 3] - np.abs(features[:, 5]) + features[:, 8] * (features[:, 7] > 0)
    )
    best = (worth + chance.gumbel(size=len(worth))).reshape(count, CANDIDATES).argmax(axis=1)
    is_right = np.zeros(len(worth), np.bool_)
    is_right[np.arange(count) * CANDIDATES + best] = True
    is_right[:CANDIDATES] = False  # of the first row no candidate is right
    row, category = np.divmod(np.arange(len(worth)), CANDIDATES)
    candidates = Candidates(row, category, features, np.ones(count, np.bool_), np.empty(0, np.float32))
    return RankerRows(candidates, is_right, chance.choice([0.5, 1.5], count).astype(np.float32))


LEARNING, HELD_OUT = make_rows(3_000, seed=1), make_rows(3_000, seed=2)


def quality_of(ranker: Ranker) -> tuple[float, float]:
    probabilities = ranker.probabilities(HELD_OUT.candidates)
    found = probabilities.reshape(-1, CANDIDATES).argmax(axis=1)
    truth = HELD_OUT.is_right.reshape(-1, CANDIDATES)
    loss = -np.log(probabilities[HELD_OUT.is_right]).mean()
    return float(loss), float(truth[np.arange(len(found)), found].mean())


def fitted(fit: FitRanker, rows: RankerRows = LEARNING) -> Ranker:
    return fit(rows, PARAMETERS, seed=1, threads=1, progress=lambda _share: None)


@pytest.fixture(scope="module")
def two_workers() -> Iterator[str]:
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as started:
        yield started.scheduler_address


@pytest.fixture(scope="module")
def by_cluster(two_workers: str) -> Ranker:
    with connected(two_workers) as fit:
        return fitted(fit)


def test_fit__two_workers__as_good_as_one_machine(by_cluster: Ranker) -> None:
    loss, accuracy = quality_of(by_cluster)
    loss_here, accuracy_here = quality_of(fitted(fit_ranker))
    untrained = -np.log(1 / CANDIDATES)

    assert loss_here < untrained - 0.4
    assert loss == pytest.approx(loss_here, abs=0.01)
    assert accuracy == pytest.approx(accuracy_here, abs=0.01)


def test_fit__two_workers__the_rows_of_both_teach(two_workers: str, by_cluster: Ranker) -> None:
    half = LEARNING.candidates.row < len(LEARNING.weights) // 2
    candidates = LEARNING.candidates
    first_half = RankerRows(
        Candidates(
            candidates.row[half],
            candidates.category[half],
            candidates.features[half],
            candidates.is_seen[: len(LEARNING.weights) // 2],
            candidates.alike,
        ),
        LEARNING.is_right[half],
        LEARNING.weights[: len(LEARNING.weights) // 2],
    )

    loss, _ = quality_of(by_cluster)
    loss_of_half, _ = quality_of(fitted(fit_ranker, first_half))

    assert loss < loss_of_half - 0.01


def test_fit__two_workers__trees_that_a_validation_accepts_and_no_address(by_cluster: Ranker) -> None:
    check_tree_text(by_cluster.model_text, features=len(FEATURE_NAMES))
    assert by_cluster.trees == PARAMETERS.rounds
    assert by_cluster.rewritten() == by_cluster.model_text
    assert "127.0.0.1" not in by_cluster.model_text
    assert "[tree_learner: serial]" in by_cluster.model_text


def test_train__a_cluster__passes_the_gate_with_the_quality_of_one_machine(two_workers: str) -> None:
    options = TrainingOptions(minimum_examples=100, threads=1, search_trials=1, dask_scheduler=two_workers)

    model = train(synthetic_examples(), options, lambda _stage, _share: None)

    assert model.gate.passed
    assert model.metrics["val_accuracy"] > 0.95


def test_row_softmax__rows_of_different_sizes__each_sums_to_nothing() -> None:
    targets = np.array([1.0, 0.0, 0.0, 1.0, 0.0])
    scores = np.array([0.5, -1.0, 2.0, 0.0, 0.0])
    sizes = np.array([2, 3], np.int32)

    gradient, curvature = row_softmax(targets, scores, None, sizes)
    weighted, _ = row_softmax(targets, scores, np.full(5, 3.0, np.float32), sizes)

    assert [gradient[:2].sum(), gradient[2:].sum()] == pytest.approx([0, 0])
    assert gradient[0] == pytest.approx(1 / (1 + np.exp(-1.5)) - 1)
    assert (curvature > 0).all()
    assert weighted == pytest.approx(3 * gradient)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # of a connection that never was
def test_connected__nobody_listens__says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)

    with pytest.raises(ClusterUnavailable, match="does not answer"), connected(NOWHERE):
        pass


def test_connected__a_scheduler_without_workers__says_so() -> None:
    with (
        LocalCluster(n_workers=0, processes=True, dashboard_address=":0") as empty,
        pytest.raises(ClusterUnavailable, match="has no worker"),
        connected(empty.scheduler_address),
    ):
        pass
