import pytest

from mlmodels.learning.options import TrainingOptions
from mlmodels.learning.training import TrainedModel, train
from tests.examples import synthetic_examples

OPTIONS = TrainingOptions(minimum_examples=100, threads=1)


@pytest.fixture(scope="session")
def trained() -> TrainedModel:
    return train(synthetic_examples(), OPTIONS, lambda _stage, _share: None)
