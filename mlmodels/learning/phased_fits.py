"""Fit text models and rankers on the phases of a history, so that each is judged on rows new to it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.evaluation.evaluation import Evaluation
from mlmodels.domain.evaluation.split import FIRST, HELD_OUT, SECOND, Phases
from mlmodels.learning.estimator import Estimator, SketchCache
from mlmodels.learning.fitting import (
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
from mlmodels.learning.material import Material, Reader
from mlmodels.learning.measuring import Champion, measure
from mlmodels.learning.options import Progress, TrainingImpossible, TrainingOptions
from mlmodels.learning.ranker import FitRanker, Ranker
from mlmodels.learning.tuning import Search, search_parameters

_SEARCH_ROWS = 12_000
_WEEKS = 3  # of so many weeks the last one validates a search


@dataclass(frozen=True, slots=True)
class Measured:
    """What the fits that leave out the held-out rows have shown, and what the last fits need of them."""

    evaluation: Evaluation
    search: Search
    ranker: Ranker
    second: RankedRows
    reader: Reader
    """Has learned everything but the held-out rows."""


@dataclass(frozen=True, slots=True)
class PhasedFits:
    """The fits of a training: first those that are measured, then those of the model that is registered."""

    material: Material
    phases: Phases
    options: TrainingOptions
    progress: Progress
    fit_ranker: FitRanker

    def check_categories(self) -> None:
        """Require two categories to tell apart, in all rows and in those that the first fit learns.

        Raises:
            TrainingImpossible: there are fewer.
        """
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

    def measure(self, champion: Champion | None) -> Measured:
        """Fit on the older four fifths and measure on the newest fifth.

        Raises:
            TrainingImpossible: there is nothing that a ranker could learn from.
        """
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
        return Measured(evaluation, search, ranker, second, reader)

    def finish(self, measured: Measured) -> Estimator:
        """Fit on everything, in the way that was measured."""
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
