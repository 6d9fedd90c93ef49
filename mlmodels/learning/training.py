"""Learn a model from labelled examples; no database, no clock: same examples and seed, same bytes."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from mlmodels.domain.evaluation.evaluation import Evaluation
from mlmodels.domain.evaluation.examined import examine
from mlmodels.domain.evaluation.gate import Gate, judge
from mlmodels.domain.evaluation.split import HELD_OUT, Phases, split_phases
from mlmodels.domain.table import Table, is_usable, read_table
from mlmodels.domain.types import LabelledExample
from mlmodels.learning.artifacts import SealedArtifact, seal
from mlmodels.learning.cluster import connected
from mlmodels.learning.material import prepare
from mlmodels.learning.measuring import Champion, to_metrics
from mlmodels.learning.options import Progress, TrainingImpossible, TrainingOptions
from mlmodels.learning.phased_fits import PhasedFits
from mlmodels.learning.ranker import FitRanker, fit_ranker


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
    fits = PhasedFits(prepare(table), split_phases(table), options, progress, fit)
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
            if is_usable(labelled):
                yield labelled
            else:
                self.refused += 1


def _check_size(table: Table, options: TrainingOptions) -> None:
    if len(table) < options.minimum_examples:
        raise TrainingImpossible(
            "insufficient_data",
            f"{len(table)} labelled transactions; a training needs at least {options.minimum_examples}",
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
