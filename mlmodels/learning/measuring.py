"""Hold a model's answers on the held-out rows against the truth and against simpler answers."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.calibration import Calibration
from mlmodels.domain.evaluation.evaluation import ChampionAnswers, Comparison, Evaluation, evaluate
from mlmodels.domain.evaluation.hold_out import to_hold_out
from mlmodels.domain.evaluation.split import FIRST, SECOND, Phases
from mlmodels.domain.types import Prediction
from mlmodels.learning.estimator import Estimator
from mlmodels.learning.fitting import RankedRows, first_places_as_served, reader_of
from mlmodels.learning.material import Material
from mlmodels.learning.ranker import Ranker

_PLACES = 3


@dataclass(frozen=True, slots=True)
class Champion:
    """The model in use today, to be compared with."""

    estimator: Estimator
    trained_to: date
    """The date of the newest transaction it has learned from."""


def measure(
    material: Material,
    phases: Phases,
    held_out: RankedRows,
    ranker: Ranker,
    calibration: Calibration,
    champion: Champion | None,
) -> Evaluation:
    """Return what a model is worth on the held-out rows."""
    raw = ranker.probabilities(held_out.candidates)
    confidences = calibration.confidences(raw, held_out.candidates.row, held_out.candidates.is_seen)
    return evaluate(
        _answers(held_out, confidences, material.table.categories.values),
        to_hold_out(
            material.table,
            phases.rows(FIRST, SECOND),
            held_out.rows,
            None if champion is None else _champion_answers(material, champion, held_out.rows),
        ),
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
        **_champion_metrics(evaluation.champion),
        "val_unseen_per_class": evaluation.unseen_per_class,
        "val_share_seen": evaluation.share_seen,
        "val_accuracy_seen": evaluation.accuracy_seen,
        "val_accuracy_unseen": evaluation.accuracy_unseen,
        "val_ece": evaluation.ece,
        "val_reliability": [[one.confidence, one.accuracy, one.count] for one in evaluation.reliability],
        "val_coverage_at_95": evaluation.coverage_at_95,
        "val_confused_pairs": [list(pair) for pair in evaluation.confused_pairs],
    }


def _champion_metrics(comparison: Comparison | None) -> dict[str, Any]:
    found = comparison or Comparison(0, None, None, None, None)
    return {
        "val_champion_rows": found.rows,
        "val_champion_accuracy": found.champion_accuracy,
        "val_champion_f1_macro": found.champion_f1_macro,
        "val_accuracy_on_champion_rows": found.accuracy,
        "val_f1_macro_on_champion_rows": found.f1_macro,
    }


def _champion_answers(material: Material, champion: Champion, rows: NDArray[np.intp]) -> ChampionAnswers:
    # It has learned the labels of the older rows: there it would only remember.
    is_newer = material.table.days[rows] > champion.trained_to.toordinal()
    reader = reader_of(champion.estimator, material.table)
    answers: list[str | None] = [None] * len(rows)
    can_be_asked = len(reader.labels) > 0
    if is_newer.any() and can_be_asked:
        newer = np.flatnonzero(is_newer)
        ranker = champion.estimator.ranker
        best = first_places_as_served(material, reader, rows[newer], ranker.probabilities)
        for row, category, _ in best:
            answers[newer[row]] = material.table.categories.values[category]
    return ChampionAnswers(is_newer.tolist(), answers, can_be_asked)


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
