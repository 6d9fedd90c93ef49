from collections.abc import Iterator
from typing import Any

import pytest

from mlmodels.runtime import models_of_process
from suggestions.rules.cache import forget_engine
from suggestions.serving.model_guard import model_guard


@pytest.fixture(autouse=True)
def fresh_rules() -> None:
    forget_engine()


@pytest.fixture(autouse=True)
def patience_with_models(settings: Any) -> None:
    settings.SUGGEST_SHADOW_DEADLINE_MS = 5_000  # a busy machine is no hung model


@pytest.fixture
def nothing_loaded() -> Iterator[None]:
    models_of_process.clear()
    yield
    models_of_process.clear()


@pytest.fixture
def fresh_process(nothing_loaded: None) -> Iterator[None]:
    model_guard.cache_clear()
    yield
    model_guard.cache_clear()
