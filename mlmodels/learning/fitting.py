"""Fit the parts of a model on the rows of a training."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.calibration import Calibration
from mlmodels.domain.calibration_fit import fit_calibration
from mlmodels.domain.candidates import UNKNOWN, Candidates
from mlmodels.domain.evaluation.split import Phases
from mlmodels.domain.linear import EPOCHS, LinearModel, LinearParameters, fit_linear
from mlmodels.domain.table import Table
from mlmodels.learning.estimator import Estimator
from mlmodels.learning.material import Material, Reader, joined
from mlmodels.learning.ranker import Ranker, RankerRows

MIN_EXAMPLES_OF_A_CATEGORY = 2
"""A category with fewer is left out of the labels: what stands once may be a slip."""
MAX_RANKER_ROWS = 40_000
"""Of each phase; the trees are few and learn little more from more."""
MAX_CLUSTER_ROWS = 200_000
"""The same where a cluster fits the ranker: what this machine has to hold is then a gigabyte."""
_FEW_ROWS = 300_000  # from here on an epoch less for each doubling teaches as much


def labels_of(material: Material, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the codes of the categories that have enough of the rows, in the order of their names."""
    categories = material.table.categories
    counts = np.bincount(categories.codes[rows], minlength=len(categories.values))
    enough = np.flatnonzero(counts >= MIN_EXAMPLES_OF_A_CATEGORY).tolist()
    return np.asarray(sorted(enough, key=lambda code: categories.values[code]), np.intp)


def fit_reader(
    material: Material, rows: NDArray[np.intp], *, seed: int, progress: Callable[[float], None]
) -> Reader:
    """Fit a text model on the rows."""
    table = material.table
    labels = labels_of(material, rows)
    position = np.full(len(table.categories.values), -1, np.intp)
    position[labels] = np.arange(len(labels))
    known = rows[position[table.categories.codes[rows]] >= 0]
    linear = fit_linear(
        material.tokens,
        known,
        position[table.categories.codes[known]],
        evened(table.weights[known], table.keys().merchant[known]),
        LinearParameters(len(labels), seed, epochs=_epochs(len(known))),
        progress,
    )
    counts = np.bincount(table.categories.codes[rows], minlength=len(table.categories.values))
    priors = np.full(len(counts), UNKNOWN, np.float32)
    priors[labels] = np.log(counts[labels] / len(rows))
    return Reader(linear, labels, priors)


def reader_of(estimator: Estimator, table: Table) -> Reader:
    """Return the text model of an estimator, for those of its labels that occur in the table."""
    codes = {name: code for code, name in enumerate(table.categories.values)}
    known = [place for place, label in enumerate(estimator.labels) if label in codes]
    labels = np.asarray([codes[estimator.labels[place]] for place in known], np.intp)
    priors = np.full(len(codes), UNKNOWN, np.float32)
    priors[labels] = estimator.priors[known]
    linear = estimator.linear
    return Reader(LinearModel(linear.idf, linear.weights[:, known], linear.bias[known]), labels, priors)


def evened(weights: NDArray[np.float32], merchants: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return weights by which a merchant met sixteen times counts eight times as much as one met once.

    What the history says of frequent merchants the text need not learn again; it is asked about new ones.
    """
    # The numbers of merchants leave gaps, the more clients the wider: a place for each would fill the memory.
    _, place, counts = np.unique(merchants, return_inverse=True, return_counts=True)
    less = weights / np.where(merchants > 0, counts[place], 1) ** 0.25
    result: NDArray[np.float32] = (less * (len(less) / less.sum())).astype(np.float32)
    return result


def _epochs(rows: int) -> int:
    return EPOCHS if rows <= _FEW_ROWS else max(2, EPOCHS - round(np.log2(rows / _FEW_ROWS)))


@dataclass(frozen=True, slots=True)
class RankedRows:
    """Rows with their candidates."""

    rows: NDArray[np.intp]
    candidates: Candidates

    def for_ranker(self, material: Material) -> RankerRows:
        """Return the candidates with the truth about them."""
        table = material.table
        truth = table.categories.codes[self.rows]
        is_right = self.candidates.category == truth[self.candidates.row]
        return RankerRows(self.candidates, is_right, table.weights[self.rows])

    def take(self, kept: NDArray[np.bool_]) -> "RankedRows":
        """Return those of the rows where one boolean a row is true."""
        candidates = self.candidates
        place = np.cumsum(kept) - 1
        of_kept = kept[candidates.row]
        return RankedRows(
            self.rows[kept],
            Candidates(
                place[candidates.row[of_kept]],
                candidates.category[of_kept],
                candidates.features[of_kept],
                candidates.is_seen[kept],
                candidates.alike,
            ),
        )


def candidates_as_served(material: Material, reader: Reader, rows: NDArray[np.intp]) -> Iterator[Candidates]:
    """Yield the candidates of rows whose labels became known to everybody a day later, part by part."""
    return material.candidates(reader, rows, np.full(len(rows), len(material.table), np.intp))


def rank_as_served(material: Material, reader: Reader, rows: NDArray[np.intp]) -> RankedRows:
    """Return those candidates as one."""
    return RankedRows(rows, joined(candidates_as_served(material, reader, rows)))


def rank_to_learn(
    material: Material, phases: Phases, reader: Reader, rows: NDArray[np.intp], *, seed: int, most: int
) -> RankedRows:
    """Return the candidates of at most so many rows, half of them as if labels had stopped coming.

    A ranker that has only seen fresh history trusts it too much where nobody sends labels any more.
    """
    random = np.random.default_rng(seed)
    if len(rows) > most:
        rows = np.sort(random.choice(rows, most, replace=False))
    known_until = np.where(random.random(len(rows)) < 0.5, phases.known_until[rows], len(material.table))
    return RankedRows(rows, joined(material.candidates(reader, rows, known_until)))


def both(first: RankedRows, second: RankedRows) -> RankedRows:
    """Return the rows of two phases as one."""
    return RankedRows(
        np.concatenate([first.rows, second.rows]), joined(iter([first.candidates, second.candidates]))
    )


@dataclass(frozen=True, slots=True)
class FirstPlaces:
    """The best candidate of each row that has one."""

    row: NDArray[np.intp]
    category: NDArray[np.intp]
    probability: NDArray[np.float64]
    """What they were judged by: raw or calibrated."""


def first_places(candidates: Candidates, probabilities: NDArray[np.float64]) -> FirstPlaces:
    """Return the best candidates by their probabilities, (candidates,), raw or calibrated."""
    order = np.lexsort((candidates.category, -probabilities, candidates.row))
    first = order[np.flatnonzero(np.diff(candidates.row[order], prepend=-1))]
    return FirstPlaces(candidates.row[first], candidates.category[first], probabilities[first])


def first_places_as_served(
    material: Material,
    reader: Reader,
    rows: NDArray[np.intp],
    judge: Callable[[Candidates], NDArray[np.float64]],
) -> Iterator[tuple[int, int, float]]:
    """Yield place among the rows, category and judged probability of the best candidate of each that has one.

    Part by part, so that the candidates of all rows are never held at once.
    """
    begin = 0
    for part in candidates_as_served(material, reader, rows):
        best = first_places(part, judge(part))
        places = ((begin + best.row).tolist(), best.category.tolist(), best.probability.tolist())
        yield from zip(*places, strict=True)
        begin += len(part.is_seen)


def calibrate(material: Material, ranker: Ranker, ranked: RankedRows, *, promise: float) -> Calibration:
    """Fit confidences on rows that neither the text model nor the ranker has learned from."""
    best = first_places(ranked.candidates, ranker.probabilities(ranked.candidates))
    truth = material.table.categories.codes[ranked.rows[best.row]]
    names = material.table.categories.values
    return fit_calibration(
        best.probability,
        best.category == truth,
        ranked.candidates.is_seen[best.row],
        [names[code] for code in best.category.tolist()],
        promise=promise,
    )
