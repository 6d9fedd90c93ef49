"""Ask two versions about the newest labelled transactions, as they would have been asked at the time."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from mlmodels import conf
from mlmodels.domain.evaluation.side_by_side import ComparedRow
from mlmodels.domain.table import Table, is_usable, read_table
from mlmodels.domain.types import Prediction, VersionRef
from mlmodels.learning.estimator import Estimator
from mlmodels.learning.fitting import first_places_as_served, reader_of
from mlmodels.learning.material import Material, prepare
from mlmodels.models import ModelVersion
from mlmodels.runtime import load

ROWS = 1_000
"""So many of the newest labelled transactions are asked about."""
READ_FOR_EACH = 4
"""For each that is asked about so many are read, so that the others are its history."""


def compare_answers(first: ModelVersion, second: ModelVersion, *, rows: int = ROWS) -> list[ComparedRow]:
    """Return the newest labelled transactions with both answers, newest first; none where none is labelled.

    Each sees the labels of the days before, of the newest transactions only.

    Raises:
        ModelUnavailable: the bytes of one of them were dropped, are damaged or were never validated.
    """
    estimators = [_estimator(first), _estimator(second)]
    examples = conf.training_source()(limit=READ_FOR_EACH * rows)
    table = read_table(one for one in examples if is_usable(one))
    asked = np.arange(max(0, len(table) - rows), len(table))
    material = prepare(table)
    answers = [_answers(material, estimator, asked) for estimator in estimators]
    learned_to = max(first.trained_to, second.trained_to)
    compared = (
        _compared(table, int(row), answers[0].get(place), answers[1].get(place), learned_to)
        for place, row in enumerate(asked)
    )
    return list(compared)[::-1]


def _estimator(version: ModelVersion) -> Estimator:
    # Past the models of the process: those are for the requests.
    return load(VersionRef(version.pk, version.sha256)).estimator


def _answers(material: Material, estimator: Estimator, rows: NDArray[np.intp]) -> dict[int, Prediction]:
    reader, names = reader_of(estimator, material.table), material.table.categories.values
    if not len(reader.labels):
        return {}
    best = first_places_as_served(material, reader, rows, estimator.confidences)
    return {row: Prediction(names[category], confidence) for row, category, confidence in best}


def _compared(
    table: Table, row: int, first: Prediction | None, second: Prediction | None, learned_to: date
) -> ComparedRow:
    day = date.fromordinal(int(table.days[row]))
    return ComparedRow(
        day=day,
        description=table.descriptions.values[table.descriptions.codes[row]],
        amount=float(table.amounts[row]),
        known=table.categories.values[table.categories.codes[row]],
        first=first,
        second=second,
        is_new=day > learned_to,
    )
