import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from mlmodels.domain.history import History
from mlmodels.domain.ranking import CandidateEvidence
from mlmodels.domain.types import Example, VersionRef
from mlmodels.learning.artifacts import open_artifact
from mlmodels.learning.training import TrainedModel
from mlmodels.runtime import LoadedModel, ModelCache, ModelUnavailable
from tests.examples import synthetic_examples

REFS = [VersionRef(number, str(number) * 64) for number in range(5)]


class Loader:
    def __init__(self, trained: TrainedModel) -> None:
        artifact = open_artifact(trained.artifact.data, trained.artifact.sha256)
        self._estimator = artifact.estimator()
        self.calls: list[int] = []
        self.fails = False
        self.seconds = 0.0

    def __call__(self, ref: VersionRef) -> LoadedModel:
        self.calls.append(ref.id)
        time.sleep(self.seconds)
        if self.fails:
            raise ModelUnavailable("checksum")
        return LoadedModel(ref.id, self._estimator)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


Answer = tuple[str, float, CandidateEvidence]


@pytest.fixture
def loader(trained: TrainedModel) -> Loader:
    return Loader(trained)


def answers_of(model: LoadedModel, examples: list[Example]) -> list[list[Answer]]:
    answers = model.predict(examples, History.nothing(len(examples)), categories=None, top_k=5)
    return [[(one.category, one.confidence, one.evidence) for one in ranked] for ranked in answers.ranked]


def test_get__asked_twice__loaded_once(loader: Loader) -> None:
    cache = ModelCache(loader)

    assert cache.get(REFS[0]) is cache.get(REFS[0])
    assert loader.calls == [0]


def test_get__many_threads_at_once__loaded_once(loader: Loader) -> None:
    loader.seconds = 0.05
    cache = ModelCache(loader)

    with ThreadPoolExecutor(max_workers=8) as pool:
        models = list(pool.map(lambda _: cache.get(REFS[0]), range(32)))

    assert loader.calls == [0]
    assert len({id(model) for model in models}) == 1


def test_get__fourth_model__the_one_not_asked_for_longest_is_forgotten(loader: Loader) -> None:
    cache = ModelCache(loader)

    for number in (0, 1, 2, 0, 3, 0, 2, 1):
        cache.get(REFS[number])

    assert loader.calls == [0, 1, 2, 3, 1]


def test_get__two_models_that_fail__each_is_remembered(loader: Loader) -> None:
    cache = ModelCache(loader, Clock())
    loader.fails = True

    for number in (0, 1, 0, 1):
        with pytest.raises(ModelUnavailable):
            cache.get(REFS[number])

    assert loader.calls == [0, 1]


def test_get__failed_load__remembered_for_thirty_seconds(loader: Loader) -> None:
    clock = Clock()
    cache = ModelCache(loader, clock)
    loader.fails = True

    for after in (0.0, 29.9, 30.0):
        clock.now = 100.0 + after
        with pytest.raises(ModelUnavailable) as unavailable:
            cache.get(REFS[0])
        assert unavailable.value.reason == "checksum"

    assert loader.calls == [0, 0]


def test_get__failed_load_of_another_model__changes_nothing_for_this_one(loader: Loader) -> None:
    cache = ModelCache(loader)
    cache.get(REFS[0])
    loader.fails = True
    with pytest.raises(ModelUnavailable):
        cache.get(REFS[1])

    assert cache.get(REFS[0]).version_id == 0


def test_get__healed__loads_again(loader: Loader) -> None:
    clock = Clock()
    cache = ModelCache(loader, clock)
    loader.fails = True
    with pytest.raises(ModelUnavailable):
        cache.get(REFS[0])
    loader.fails = False
    clock.now += 30

    assert cache.get(REFS[0]).version_id == 0


def test_predict__threads_at_once__the_same_answers_as_alone(loader: Loader) -> None:
    model = loader(REFS[0])
    batches = [[row.example for row in synthetic_examples(40, seed)] for seed in range(8)]
    alone = [answers_of(model, batch) for batch in batches]
    barrier = threading.Barrier(4)

    def ask(number: int) -> list[list[Answer]]:
        if number < 4:
            barrier.wait(timeout=10)
        return answers_of(model, batches[number % 8])

    with ThreadPoolExecutor(max_workers=4) as pool:
        together = list(pool.map(ask, range(64)))

    assert together == alone * 8


def test_predict__no_examples__no_rows(loader: Loader) -> None:
    assert answers_of(loader(REFS[0]), []) == []


def test_predict__an_example_that_breaks_it__predict_error_without_its_text(loader: Loader) -> None:
    with pytest.raises(ModelUnavailable) as unavailable:
        answers_of(loader(REFS[0]), [None])  # type: ignore[list-item]

    assert unavailable.value.reason == "predict_error"
    assert str(unavailable.value) == "predict_error"
