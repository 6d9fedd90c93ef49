"""What each feature adds: the largest first, and together they order the candidates."""

import pytest

from mlmodels.domain.history import History
from mlmodels.learning.artifacts import open_artifact
from mlmodels.learning.explaining import Contribution, explain
from mlmodels.learning.training import TrainedModel
from tests.examples import make_example


@pytest.fixture
def candidates(trained: TrainedModel) -> list[Contribution]:
    estimator = open_artifact(trained.artifact.data, trained.artifact.sha256).estimator()
    return explain(estimator, make_example(), History.nothing(1), None)


def test_explain__features__what_adds_or_takes_away_most_comes_first(candidates: list[Contribution]) -> None:
    gains = [[gain for _, _, gain in candidate.features] for candidate in candidates]

    assert max(map(len, gains)) > 1
    for added in gains:
        assert [abs(gain) for gain in added] == sorted(map(abs, added), reverse=True)
        assert 0.0 not in added


def test_explain__scores__fall_as_the_confidences_do(candidates: list[Contribution]) -> None:
    scores = [one.text + sum(gain for _, _, gain in one.features) for one in candidates]
    confidences = [one.ranked.confidence for one in candidates]

    assert candidates[0].ranked.category == "Restaurants"
    assert len({one.text for one in candidates}) == len(candidates)
    assert scores == sorted(scores, reverse=True)
    assert confidences == sorted(confidences, reverse=True)
