from collections.abc import Iterator
from typing import Any

import pytest

from mlmodels.learning.options import TrainingOptions
from mlmodels.learning.training import TrainedModel, train
from mlmodels.learning.validation import ValidationResult
from mlmodels.models import ModelVersion
from mlmodels.runtime import models_of_process
from mlmodels.versions.registry import Registration, register
from tests.examples import SOURCE, synthetic_examples


@pytest.fixture(scope="session")
def trained() -> TrainedModel:
    options = TrainingOptions(minimum_examples=100, threads=1)
    return train(synthetic_examples(), options, lambda _stage, _share: None)


@pytest.fixture
def make_version(trained: TrainedModel, db: None) -> Any:
    def make(*, validated: bool = True, reason: str = "crash: for the test", **changes: Any) -> ModelVersion:
        validation = ValidationResult(True) if validated else ValidationResult(False, reason)
        version = register(Registration(trained, validation), training_run_id=None)
        if changes:
            ModelVersion.objects.filter(pk=version.pk).update(**changes)
        return version

    return make


@pytest.fixture(autouse=True)
def synthetic_source(settings: Any) -> Iterator[None]:
    settings.MLMODELS_TRAINING_SOURCE = SOURCE
    settings.MLMODELS_MIN_TRAINING_EXAMPLES = 100
    settings.MLMODELS_TRAINING_THREADS = 1
    models_of_process.clear()
    yield
    models_of_process.clear()
