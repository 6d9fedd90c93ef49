"""Learn a model from labelled examples; no database, no clock: same examples and seed, same bytes."""

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlmodels.artifacts import SealedArtifact, seal
from mlmodels.cluster import connected
from mlmodels.domain.evaluation import Evaluation
from mlmodels.domain.examined import examine
from mlmodels.domain.gate import Gate, GateThresholds, judge
from mlmodels.domain.split import FIRST, HELD_OUT, SECOND, Phases, split_phases
from mlmodels.domain.table import Table, read_table
from mlmodels.domain.types import LabelledExample
from mlmodels.estimator import Estimator, SketchCache
from mlmodels.fitting import (
    MAX_CLUSTER_ROWS,
    MAX_RANKER_ROWS,
    MIN_EXAMPLES_OF_A_CATEGORY,
    RankedRows,
    both,
    calibrate,
    fit_reader,
    labels_of,
    rank_as_served,
    rank_to_learn,
)
from mlmodels.material import Material, Reader, prepare
from mlmodels.measuring import Champion, measure, to_metrics
from mlmodels.ranker import FitRanker, Ranker, fit_ranker
from mlmodels.tuning import Search, search_parameters

SEED = 1
PROMISE = 0.95
"""The precision that answers marked as certain shall have."""
_SEARCH_ROWS = 12_000
_WEEKS = 3  # of so many weeks the last one validates a search

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
    search_trials: int = 4
    promise: float = PROMISE
    gate: GateThresholds = field(default_factory=GateThresholds)
    known_until: date | None = None
    """The date of the newest transaction, labelled or not; None: not known, so no example is stale."""
    dask_scheduler: str = ""
    """The address of the cluster that fits the ranker; empty: this machine does."""


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A model with the evidence about it, ready to be validated and registered."""

    artifact: SealedArtifact
    labels: tuple[str, ...]
    data_fingerprint: str
    metrics: dict[str, Any]
    gate: Gate


def train(
    examples: Iterable[LabelledExample],
    options: TrainingOptions,
    progress: Progress,
    champion: Champion | None = None,
) -> TrainedModel:
    """Learn in time order, measure on the newest fifth, then learn from everything in the same way.

    Text models learn the older half, the older four fifths, and everything. The first scores the rows that
    a ranker learns from, the second those held out; so a ranker only sees scores of rows that the text
    model had not seen, as it will be when it is asked. Confidences are fitted on rows that neither has
    learned from.

    Args:
        examples: labelled transactions, in any order.
        options: what else decides how it goes.
        progress: told how far it is.
        champion: the model in use, answered against on the held-out rows it has not learned; None: none.

    Raises:
        TrainingImpossible: too few examples, or fewer than two categories.
        ClusterUnavailable: the cluster that shall fit the ranker cannot be asked.
    """
    with _fitting_of(options) as fit:
        return _train(examples, options, progress, champion, fit)


def _fitting_of(options: TrainingOptions) -> AbstractContextManager[FitRanker]:
    return connected(options.dask_scheduler) if options.dask_scheduler else nullcontext(fit_ranker)


def _train(
    examples: Iterable[LabelledExample],
    options: TrainingOptions,
    progress: Progress,
    champion: Champion | None,
    fit: FitRanker,
) -> TrainedModel:
    progress("reading", 0.0)
    source = _Usable(examples)
    table = read_table(source)
    _check_size(table, options)
    progress("preparing", 0.1)
    fits = _Fits(prepare(table), split_phases(table), options, progress, fit)
    fits.check_categories()
    measured = fits.measure(champion)
    final = fits.finish(measured)
    progress("sealing", 0.95)
    metrics = _metrics(measured.evaluation, table, fits.phases) | {
        "classes": len(final.labels),
        "examples_per_class": table.categories.count(),
        "left_out_categories": len(set(table.categories.codes.tolist())) - len(final.labels),
        "unusable_examples": source.refused,
        "refit_size": len(table),
        "trees": final.ranker.trees,
        "parameters": measured.search.best.to_json(),
        "search": measured.search.trials,
        "seed": options.seed,
    }
    gate = judge(
        measured.evaluation,
        classes=len(final.labels),
        thresholds=options.gate,
        data=examine(table, known_until=options.known_until),
    )
    return TrainedModel(seal(final), final.labels, table.fingerprint(), metrics, gate)


class _Usable:
    """The examples that can be learned from, counting the others."""

    def __init__(self, examples: Iterable[LabelledExample]) -> None:
        self._examples = examples
        self.refused = 0

    def __iter__(self) -> Iterator[LabelledExample]:
        for labelled in self._examples:
            if (
                labelled.category
                and math.isfinite(labelled.example.amount)
                and 0 < labelled.weight < math.inf
            ):
                yield labelled
            else:
                self.refused += 1


def _check_size(table: Table, options: TrainingOptions) -> None:
    if len(table) < options.minimum_examples:
        raise TrainingImpossible(
            "insufficient_data",
            f"{len(table)} labelled transactions; a training needs at least {options.minimum_examples}",
        )


@dataclass(frozen=True, slots=True)
class _Measured:
    evaluation: Evaluation
    search: Search
    ranker: Ranker
    second: RankedRows
    reader: Reader
    """Has learned everything but the held-out rows."""


@dataclass(frozen=True, slots=True)
class _Fits:
    material: Material
    phases: Phases
    options: TrainingOptions
    progress: Progress
    fit_ranker: FitRanker

    def check_categories(self) -> None:
        for what, rows in (
            ("transactions", np.arange(len(self.material.table))),
            ("transactions in the older half, from which a model is measured", self.phases.rows(FIRST)),
        ):
            labels = labels_of(self.material, rows)
            if len(labels) < 2:
                raise TrainingImpossible(
                    "one_category",
                    f"{len(labels)} categories with at least {MIN_EXAMPLES_OF_A_CATEGORY} {what}; two needed",
                )

    def _check_findable(self, ranked: RankedRows) -> None:
        is_learning = ~self._validates(ranked)
        if not ranked.take(is_learning).for_ranker(self.material).is_right.any():
            raise TrainingImpossible(
                "insufficient_data",
                "in the newer half no transaction has a category that the older half or its history knows",
            )

    def measure(self, champion: Champion | None) -> _Measured:
        first = self._reader("learning", self.phases.rows(FIRST), 0.12, 0.25)
        second = self._to_learn(first, SECOND)
        self._check_findable(second)
        search = self._search(second)
        ranker = self._ranker("evaluating", 0.36, second, search)
        reader = self._reader("evaluating", self.phases.rows(FIRST, SECOND), 0.4, 0.6)
        self.progress("evaluating", 0.62)
        held_out = rank_as_served(self.material, reader, self.phases.rows(HELD_OUT))
        calibration = calibrate(
            self.material, search.ranker, second.take(self._validates(second)), promise=self.options.promise
        )
        evaluation = measure(self.material, self.phases, held_out, ranker, calibration, champion)
        return _Measured(evaluation, search, ranker, second, reader)

    def finish(self, measured: _Measured) -> Estimator:
        held_out = self._to_learn(measured.reader, HELD_OUT)
        calibration = calibrate(self.material, measured.ranker, held_out, promise=self.options.promise)
        ranker = self._ranker("fitting", 0.7, both(measured.second, held_out), measured.search)
        reader = self._reader("fitting", np.arange(len(self.material.table)), 0.72, 0.95)
        names = self.material.table.categories.values
        return Estimator(
            tuple(names[code] for code in reader.labels.tolist()),
            reader.linear,
            reader.priors[reader.labels],
            ranker,
            calibration,
            SketchCache(),
        )

    def _reader(self, stage: str, rows: NDArray[np.intp], begin: float, end: float) -> Reader:
        return fit_reader(
            self.material,
            rows,
            seed=self.options.seed,
            progress=lambda share: self.progress(stage, begin + (end - begin) * share),
        )

    def _to_learn(self, reader: Reader, phase: int) -> RankedRows:
        self.progress(*(("learning", 0.26) if phase == SECOND else ("fitting", 0.66)))
        rows = self.phases.rows(phase)
        most = MAX_CLUSTER_ROWS if self.options.dask_scheduler else MAX_RANKER_ROWS
        return rank_to_learn(self.material, self.phases, reader, rows, seed=self.options.seed, most=most)

    def _validates(self, ranked: RankedRows) -> NDArray[np.bool_]:
        # Whole weeks, spread over the whole period, so that neither one season nor one client decides.
        weeks = self.material.table.days[ranked.rows] // 7
        units = weeks if len(np.unique(weeks % _WEEKS)) == _WEEKS else np.arange(len(weeks))
        return np.equal(units % _WEEKS, _WEEKS - 1)

    def _search(self, ranked: RankedRows) -> Search:
        validates = self._validates(ranked)
        random = np.random.default_rng(self.options.seed)
        sampled = random.random(len(validates)) < _SEARCH_ROWS / max(1, len(validates))
        return search_parameters(
            ranked.take(~validates & sampled).for_ranker(self.material),
            ranked.take(validates & sampled).for_ranker(self.material),
            trials=self.options.search_trials,
            seed=self.options.seed,
            threads=self.options.threads,
            progress=lambda share: self.progress("searching", 0.28 + 0.07 * share),
        )

    def _ranker(self, stage: str, at: float, ranked: RankedRows, search: Search) -> Ranker:
        return self.fit_ranker(
            ranked.for_ranker(self.material),
            search.best,
            seed=self.options.seed,
            threads=self.options.threads,
            progress=lambda _share: self.progress(stage, at),
        )


def _metrics(evaluation: Evaluation, table: Table, phases: Phases) -> dict[str, Any]:
    held_out = phases.rows(HELD_OUT)
    return to_metrics(evaluation) | {
        "measured_on": "the newest examples, each label known a day later, by a fit on the older ones; "
        "the artifact is fitted on all",
        "split": phases.kind,
        "train_size": len(table) - len(held_out),
        "val_size": evaluation.size,
        "val_from": table.date_of(held_out[0]),
        "val_to": table.date_of(held_out[-1]),
        "trained_from": table.date_of(0),
        "trained_to": table.date_of(len(table) - 1),
    }
