"""Learn a model from labelled examples; no database, no clock: same examples and seed, same bytes."""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlmodels.artifacts import SealedArtifact, seal
from mlmodels.domain.evaluation import Evaluation, HoldOut, evaluate
from mlmodels.domain.features import Features, featurise
from mlmodels.domain.gate import Gate, judge
from mlmodels.domain.split import Split, split_examples
from mlmodels.domain.types import LabelledExample
from mlmodels.estimator import Estimator, FitParameters, TrainingRows, fit

SEED = 1
MIN_EXAMPLES_OF_A_CATEGORY = 5
"""A category with fewer is left out of the labels: the text of so few says nothing about the next."""

Progress = Callable[[str, float], None]
"""Called with the stage and the share of all work done, in 0…1."""


class TrainingImpossible(Exception):
    """The examples cannot make a model; `code` is insufficient_data or one_category."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """What, besides the examples, decides how a training goes."""

    minimum_examples: int
    threads: int
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A model with the evidence about it, ready to be validated and registered."""

    artifact: SealedArtifact
    labels: tuple[str, ...]
    data_fingerprint: str
    metrics: dict[str, Any]
    gate: Gate


def train(examples: Iterable[LabelledExample], options: TrainingOptions, progress: Progress) -> TrainedModel:
    """Evaluate on the newest fifth, then fit again on everything with the same settings.

    Raises:
        TrainingImpossible: too few examples, or fewer than two categories.
    """
    progress("reading", 0.0)
    everything = list(examples)
    usable = [example for example in everything if _is_usable(example)]
    usable.sort(key=lambda labelled: labelled.example.date)  # stable: the source's order decides within a day
    learnable = _learnable(usable, options.minimum_examples)
    progress("features", 0.1)
    features = featurise(labelled.example for labelled in usable)
    split = split_examples([labelled.example for labelled in usable])
    evaluation = _evaluate(usable, features, split, options, progress)
    labels = _labels(learnable)
    progress("fitting", 0.55)
    estimator = _fit(
        usable, features, labels, options, lambda share: progress("fitting", 0.55 + 0.39 * share)
    )
    progress("sealing", 0.95)
    metrics = _metrics(evaluation, usable, split) | {
        "classes": len(labels),
        "left_out_categories": len({labelled.category for labelled in usable}) - len(labels),
        "unusable_examples": len(everything) - len(usable),
        "refit_size": len(learnable),
        "trees": estimator.trees,
        "seed": options.seed,
    }
    return TrainedModel(
        seal(estimator, labels), labels, fingerprint(usable), metrics, judge(evaluation, classes=len(labels))
    )


def fingerprint(examples: Iterable[LabelledExample]) -> str:
    """Return the SHA-256 over everything that was learned from, in its order."""
    digest = hashlib.sha256()
    for example, category, weight, baseline in examples:
        row = [*example[:4], example.date.isoformat(), example.user_key, category, weight, baseline]
        digest.update(json.dumps(row).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _is_usable(labelled: LabelledExample) -> bool:
    return (
        bool(labelled.category) and math.isfinite(labelled.example.amount) and 0 < labelled.weight < math.inf
    )


def _learnable(usable: Sequence[LabelledExample], minimum: int) -> list[LabelledExample]:
    if len(usable) < minimum:
        raise TrainingImpossible(
            "insufficient_data", f"{len(usable)} labelled transactions; a training needs at least {minimum}"
        )
    labels = set(_labels(usable))
    if len(labels) < 2:
        raise TrainingImpossible(
            "one_category",
            f"{len(labels)} categories with at least {MIN_EXAMPLES_OF_A_CATEGORY} transactions; two needed",
        )
    return [labelled for labelled in usable if labelled.category in labels]


def _labels(examples: Sequence[LabelledExample]) -> tuple[str, ...]:
    counts = Counter(labelled.category for labelled in examples)
    return tuple(
        sorted(category for category, count in counts.items() if count >= MIN_EXAMPLES_OF_A_CATEGORY)
    )


def _evaluate(
    usable: Sequence[LabelledExample],
    features: Features,
    split: Split,
    options: TrainingOptions,
    progress: Progress,
) -> Evaluation:
    older = [labelled for labelled, is_newer in zip(usable, split.is_held_out, strict=True) if not is_newer]
    newer = [labelled for labelled, is_newer in zip(usable, split.is_held_out, strict=True) if is_newer]
    labels = _labels(older)
    if len(labels) < 2:
        raise TrainingImpossible(
            "one_category",
            "the older four fifths know fewer than two categories: there is nothing to measure",
        )
    progress("evaluating", 0.2)
    estimator = _fit(
        older,
        features.take(~split.is_held_out),
        labels,
        options,
        lambda share: progress("evaluating", 0.2 + 0.3 * share),
    )
    truth = HoldOut(
        categories=[labelled.category for labelled in newer],
        baseline=[labelled.baseline_category for labelled in newer],
        majority=Counter(labelled.category for labelled in older).most_common(1)[0][0],
    )
    return evaluate(estimator.predict(features.take(split.is_held_out)), labels, truth)


def _fit(
    examples: Sequence[LabelledExample],
    features: Features,
    labels: Sequence[str],
    options: TrainingOptions,
    progress: Callable[[float], None],
) -> Estimator:
    position = {label: index for index, label in enumerate(labels)}
    known = np.array([labelled.category in position for labelled in examples])
    rows = TrainingRows(
        Features(features.hashed[known], features.numbers[known]),
        np.array(
            [position[labelled.category] for labelled in examples if labelled.category in position], np.intp
        ),
        np.array([labelled.weight for labelled in examples], np.float32)[known],
    )
    return fit(rows, FitParameters(len(labels), options.seed, options.threads), progress)


def _metrics(evaluation: Evaluation, usable: Sequence[LabelledExample], split: Split) -> dict[str, Any]:
    first = int(np.argmax(split.is_held_out))
    return {
        "measured_on": "the newest examples, by a fit on the older ones; the artifact is fitted on all",
        "val_accuracy": evaluation.accuracy,
        "val_f1_macro": evaluation.f1_macro,
        "val_f1_per_class": {label: score.f1 for label, score in evaluation.per_class.items()},
        "val_support_per_class": {label: score.support for label, score in evaluation.per_class.items()},
        "val_top3": evaluation.top3,
        "val_majority_accuracy": evaluation.majority_accuracy,
        "val_baseline_coverage": evaluation.baseline_coverage,
        "val_baseline_accuracy": evaluation.baseline_accuracy,
        "val_accuracy_on_baseline_rows": evaluation.accuracy_on_baseline_rows,
        "split": split.kind,
        "train_size": int((~split.is_held_out).sum()),
        "val_size": evaluation.size,
        "val_from": usable[first].example.date.isoformat(),
        "val_to": usable[-1].example.date.isoformat(),
    }
