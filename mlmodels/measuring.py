"""Hold a model's answers on the held-out rows against the truth and against simpler answers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.calibration import Calibration
from mlmodels.domain.columns import Coded
from mlmodels.domain.evaluation import Evaluation, HoldOut, evaluate
from mlmodels.domain.split import FIRST, SECOND, Phases
from mlmodels.domain.types import Prediction
from mlmodels.fitting import RankedRows
from mlmodels.material import Material
from mlmodels.ranker import Ranker

_PLACES = 3


def measure(
    material: Material, phases: Phases, held_out: RankedRows, ranker: Ranker, calibration: Calibration
) -> Evaluation:
    """Return what a model is worth on the held-out rows."""
    raw = ranker.probabilities(held_out.candidates)
    confidences = calibration.confidences(raw, held_out.candidates.row, held_out.candidates.is_seen)
    return evaluate(
        _answers(held_out, confidences, material.table.categories.values),
        _truth(material, phases, held_out.rows),
    )


def to_metrics(evaluation: Evaluation) -> dict[str, Any]:
    """Return the figures as they are stored, by the names they have in the API."""
    per_class = evaluation.per_class
    return {
        "val_size": evaluation.size,
        "val_accuracy": evaluation.accuracy,
        "val_top3": evaluation.top3,
        "val_f1_macro": evaluation.f1_macro,
        "val_f1_per_class": {name: score.f1 for name, score in per_class.items()},
        "val_precision_per_class": {name: score.precision for name, score in per_class.items()},
        "val_recall_per_class": {name: score.recall for name, score in per_class.items()},
        "val_support_per_class": {name: score.support for name, score in per_class.items()},
        "val_majority_accuracy": evaluation.majority_accuracy,
        "val_lookup_accuracy": evaluation.lookup_accuracy,
        "val_baseline_coverage": evaluation.baseline_coverage,
        "val_baseline_accuracy": evaluation.baseline_accuracy,
        "val_accuracy_on_baseline_rows": evaluation.accuracy_on_baseline_rows,
        "val_champion_accuracy": evaluation.champion_accuracy,
        "val_champion_f1_macro": evaluation.champion_f1_macro,
        "val_share_seen": evaluation.share_seen,
        "val_accuracy_seen": evaluation.accuracy_seen,
        "val_accuracy_unseen": evaluation.accuracy_unseen,
        "val_ece": evaluation.ece,
        "val_reliability": [[one.confidence, one.accuracy, one.count] for one in evaluation.reliability],
        "val_coverage_at_95": evaluation.coverage_at_95,
        "val_confused_pairs": [list(pair) for pair in evaluation.confused_pairs],
    }


def _answers(
    held_out: RankedRows, confidences: NDArray[np.float64], names: list[str]
) -> list[list[Prediction]]:
    candidates = held_out.candidates
    answers: list[list[Prediction]] = [[] for _ in held_out.rows]
    order = np.lexsort((candidates.category, -confidences, candidates.row))
    columns = (candidates.row[order], candidates.category[order], confidences[order])
    for row, category, confidence in zip(*(column.tolist() for column in columns), strict=True):
        if len(answers[row]) < _PLACES:
            answers[row].append(Prediction(names[category], confidence))
    return answers


def _truth(material: Material, phases: Phases, rows: NDArray[np.intp]) -> HoldOut:
    table = material.table
    older = phases.rows(FIRST, SECOND)
    names = table.categories.values
    lookup = _Lookup.of(table.keys().merchant, table.categories, older)
    return HoldOut(
        categories=[names[code] for code in table.categories.codes[rows].tolist()],
        baseline=[table.baselines.values[code] or None for code in table.baselines.codes[rows].tolist()],
        champion=None,
        lookup=[
            None if code < 0 else names[code] for code in lookup.answers(table.keys().merchant[rows]).tolist()
        ],
        majority=names[int(np.bincount(table.categories.codes[older]).argmax())],
        is_seen=(lookup.answers(table.keys().merchant[rows]) >= 0).tolist(),
    )


@dataclass(frozen=True, slots=True)
class _Lookup:
    merchants: NDArray[np.int64]
    categories: NDArray[np.intp]

    @classmethod
    def of(cls, merchants: NDArray[np.int64], categories: Coded, rows: NDArray[np.intp]) -> "_Lookup":
        pairs = np.column_stack([merchants[rows], categories.codes[rows]])[merchants[rows] > 0]
        distinct, counts = np.unique(pairs, axis=0, return_counts=True)
        order = np.lexsort((-counts, distinct[:, 0]))
        first = order[np.flatnonzero(np.diff(distinct[order, 0], prepend=-1))]
        return cls(distinct[first, 0], distinct[first, 1])

    def answers(self, merchants: NDArray[np.int64]) -> NDArray[np.intp]:
        if not len(self.merchants):
            return np.full(len(merchants), -1, np.intp)
        place = np.minimum(np.searchsorted(self.merchants, merchants), len(self.merchants) - 1)
        return np.where(self.merchants[place] == merchants, self.categories[place], -1)
