"""A small real model, trained once a test run, and broken ones for the tests of what breaks."""

import math
import threading
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any

from mlmodels.domain.ranking import CandidateEvidence, Counted, RankedCandidate
from mlmodels.domain.types import Example, LabelledExample, VersionRef
from mlmodels.learning.options import TrainingOptions
from mlmodels.learning.training import TrainedModel, train
from mlmodels.learning.validation import ValidationResult, validate
from mlmodels.models import ModelVersion
from mlmodels.runtime import LoadedModel, models_of_process
from mlmodels.versions import registry

MERCHANTS = {
    "Restaurants": ("TIM HORTONS", "PIZZA PALACE", "SUSHI BAR", "BURGER HOUSE"),
    "Groceries": ("FRESH MARKET", "GREEN GROCER", "SUPER FOODS", "CORNER SHOP"),
    "Fuel": ("CITY FUEL", "HIGHWAY GAS", "PETROL POINT", "QUICK FILL"),
}


@cache
def small_model() -> tuple[TrainedModel, ValidationResult]:
    return _trained(_examples())


@cache
def wrong_model() -> tuple[TrainedModel, ValidationResult]:
    """Train the same on labels that are all mixed up, as by an import whose columns were swapped."""
    mixed = dict(zip(sorted(MERCHANTS), (*sorted(MERCHANTS)[1:], min(MERCHANTS)), strict=True))
    return _trained([one._replace(category=mixed[one.category]) for one in _examples()])


def register_version(made: Callable[[], tuple[TrainedModel, ValidationResult]] = small_model) -> ModelVersion:
    """Register a model as one more candidate."""
    model, validation = made()
    return registry.register(registry.Registration(model, validation), training_run_id=None)


def install_champion() -> ModelVersion:
    return registry.promote(register_version().pk, by=None, reason="for a test")


def install_challenger() -> ModelVersion:
    return registry.challenge(register_version().pk)


def break_champion(version: ModelVersion, predict: Callable[[Any], Any]) -> None:
    """Put a model in the process whose estimator does what the test wants; of a challenger likewise."""
    ref = VersionRef(version.pk, version.sha256)
    models_of_process._loaded[ref] = LoadedModel(version.pk, BrokenEstimator(version, predict))  # type: ignore[arg-type]


class BrokenEstimator:
    def __init__(self, version: ModelVersion, predict: Callable[[Any], Any]) -> None:
        self.labels = tuple(version.labels)
        self._predict = predict

    def predict(self, examples: Any, _history: Any, **_options: Any) -> Any:
        return self._predict(examples)


def raises(_examples: Any) -> Any:
    raise RuntimeError("the model broke on a secret description")


def answers_nan(examples: Any) -> Any:
    return [[make_ranked("Fuel", confidence=math.nan)]] * len(examples)


def make_ranked(category: str, **overrides: Any) -> RankedCandidate:
    counts = {name: Counted(0, 0) for name in ("pair", "merchant", "word", "user")}
    evidence = CandidateEvidence(**counts, text=0.5, similar_to="", is_correction=False)
    values: dict[str, Any] = {
        "category": category,
        "confidence": 0.9,
        "is_certain": True,
        "is_merchant_seen": True,
        "gather": lambda: evidence,
    }
    return RankedCandidate(**values | overrides)


def hangs_until(release: threading.Event) -> Callable[[Any], Any]:
    def predict(_examples: Any) -> Any:
        release.wait()
        raise RuntimeError("released")

    return predict


def _trained(examples: list[LabelledExample]) -> tuple[TrainedModel, ValidationResult]:
    model = train(examples, TrainingOptions(minimum_examples=50, threads=1), lambda stage, share: None)
    return model, validate(model.artifact.data, model.artifact.sha256)


def _examples() -> list[LabelledExample]:
    examples = []
    for number in range(360):
        category = sorted(MERCHANTS)[number % 3]
        merchant = MERCHANTS[category][number // 3 % 4]
        example = Example(
            description=f"{merchant} #{number:04d}",
            memo="",
            amount=-5.0 - number % 7,
            currency="CAD",
            date=date(2026, 1, 1) + timedelta(days=number // 4),
            user_key=f"1:user-{number % 9}",
            client_key="1",
        )
        examples.append(LabelledExample(example, category, 1.0, None))
    return examples
