"""Measure ranked answers on examples that nothing was learned from."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import eq

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.evaluation.reliability import (
    ReliabilityBin,
    calibration_error,
    coverage_at,
    first_answers,
    reliability,
)
from mlmodels.domain.types import Prediction

PROMISED_PRECISION = 0.95
CONFUSED_PAIRS = 20
MIN_SUPPORT = 30
"""Rows from which a category is judged by itself; below, one of them moves its F1 by points."""
_NO_ANSWER = -1


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How well one category was found."""

    precision: float
    """0 when it was never answered."""
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class ChampionAnswers:
    """What the present champion answers to the held-out rows that are newer than all it has learned."""

    is_newer: Sequence[bool]
    """One item a held-out row."""
    categories: Sequence[str | None]
    """One item a held-out row; None for no answer, and where the row is not newer."""
    can_be_asked: bool = True
    """False: it knows no category of the data, so that its text model has nothing to choose from."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How model and champion did on the same rows; None without any row."""

    rows: int
    accuracy: float | None
    champion_accuracy: float | None
    f1_macro: float | None
    """Over the categories with at least MIN_SUPPORT of the rows, as the next; None without any."""
    champion_f1_macro: float | None
    can_be_asked: bool = True
    """False: the champion knows no category of the data, and no row was compared."""


@dataclass(frozen=True, slots=True)
class HoldOut:
    """The truth about the rows that are measured on, and what others answer there; one item a row."""

    categories: Sequence[str]
    baseline: Sequence[str | None]
    """What the rules of today answer."""
    champion: ChampionAnswers | None
    """None: there is no champion, or its model could not be loaded."""
    lookup: Sequence[str | None]
    """The category that the row's merchant had most often in training; None for a merchant unknown there."""
    majority: str
    """The most frequent category of the training rows."""
    is_seen: Sequence[bool]
    """Whether the row's merchant occurs in training."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a hold-out showed. Shares are in 0…1; a row without an answer counts as wrong."""

    size: int
    is_finite: bool
    """Whether every confidence is a finite number."""
    accuracy: float
    top3: float
    f1_macro: float
    """Mean over the categories that occur in the hold-out; one that is absent from it counts neither way."""
    per_class: dict[str, ClassScore]
    majority_accuracy: float
    """Of always answering the category that was most frequent in training."""
    lookup_accuracy: float
    """Of answering what the merchant had most often in training."""
    baseline_coverage: float
    """Share of the rows for which the rules of today have an answer."""
    baseline_accuracy: float | None
    """Of the rules, on those rows; None without any."""
    accuracy_on_baseline_rows: float | None
    """Of the model, on the same rows."""
    champion: Comparison | None
    """None without a champion that could be loaded."""
    share_seen: float
    """Share of the rows whose merchant occurs in training."""
    accuracy_seen: float | None
    """None without such rows."""
    accuracy_unseen: float | None
    """None without such rows."""
    ece: float
    """Expected calibration error of the first answers."""
    reliability: tuple[ReliabilityBin, ...]
    coverage_at_95: float
    """Largest share of the rows, by falling confidence, of which 95 % are right."""
    confused_pairs: tuple[tuple[str, str, int], ...]
    """The most frequent mistakes: truth, answer, rows."""
    unseen_per_class: dict[str, int] = field(default_factory=dict)
    """Rows of each category whose merchant does not occur in training; only categories with such rows."""


def evaluate(answers: Sequence[Sequence[Prediction]], truth: HoldOut) -> Evaluation:
    """Compare each row's ranked candidates, best first, with the truth; an empty list is no answer."""
    codes: dict[str, int] = {}
    wanted = _encode(truth.categories, codes)
    ranks = [_encode(_names(answers, rank), codes) for rank in range(3)]
    is_right = ranks[0] == wanted
    covered = _encode(truth.baseline, codes) != _NO_ANSWER
    seen = np.asarray(truth.is_seen, np.bool_)
    confidences, answered_right = first_answers(answers, truth.categories)
    bins = reliability(confidences, answered_right)
    per_class = score_classes(_names(answers, 0), truth.categories)
    return Evaluation(
        size=len(answers),
        is_finite=all(math.isfinite(one.confidence) for ranked in answers for one in ranked),
        accuracy=_share(is_right),
        top3=_share(np.any([rank == wanted for rank in ranks], axis=0)),
        f1_macro=mean_f1(per_class),
        per_class=per_class,
        majority_accuracy=_share(wanted == codes.get(truth.majority, _NO_ANSWER)),
        lookup_accuracy=_share(_encode(truth.lookup, codes) == wanted),
        baseline_coverage=_share(covered),
        baseline_accuracy=_share_among(_encode(truth.baseline, codes) == wanted, covered),
        accuracy_on_baseline_rows=_share_among(is_right, covered),
        champion=_compare(_names(answers, 0), truth.champion, truth.categories),
        share_seen=_share(seen),
        accuracy_seen=_share_among(is_right, seen),
        accuracy_unseen=_share_among(is_right, ~seen),
        ece=calibration_error(bins),
        reliability=bins,
        coverage_at_95=coverage_at(PROMISED_PRECISION, confidences, answered_right, size=len(answers)),
        confused_pairs=_confused_pairs(ranks[0], wanted, list(codes)),
        unseen_per_class=dict(
            Counter(name for name, known in zip(truth.categories, truth.is_seen, strict=True) if not known)
        ),
    )


def _compare(
    mine: Sequence[str | None], champion: ChampionAnswers | None, categories: Sequence[str]
) -> Comparison | None:
    if champion is None:
        return None
    if not champion.can_be_asked:
        return Comparison(0, None, None, None, None, can_be_asked=False)
    wanted = list(compress(categories, champion.is_newer))
    own = list(compress(mine, champion.is_newer))
    others = list(compress(champion.categories, champion.is_newer))
    if not wanted:
        return Comparison(0, None, None, None, None)
    return Comparison(
        len(wanted),
        _share_equal(own, wanted),
        _share_equal(others, wanted),
        _f1_of_frequent(own, wanted),
        _f1_of_frequent(others, wanted),
    )


def _share_equal(answers: Sequence[str | None], categories: Sequence[str]) -> float:
    right: int = sum(map(eq, answers, categories))
    return right / len(categories)


def _f1_of_frequent(answers: Sequence[str | None], categories: Sequence[str]) -> float | None:
    scores = score_classes(answers, categories)
    frequent = {name: score for name, score in scores.items() if score.support >= MIN_SUPPORT}
    return mean_f1(frequent) if frequent else None


def score_classes(answers: Sequence[str | None], categories: Sequence[str]) -> dict[str, ClassScore]:
    """Return the score of every category that occurs in the truth; None is no answer."""
    codes: dict[str, int] = {}
    wanted = _encode(categories, codes)
    kinds = len(codes)
    given = _encode(answers, codes)
    support = np.bincount(wanted, minlength=kinds)
    # A category absent from the truth is wrong wherever it is answered, and has no score of its own.
    predicted = np.bincount(given[given != _NO_ANSWER], minlength=kinds)[:kinds]
    hits = np.bincount(wanted[given == wanted], minlength=kinds)
    names = list(codes)[:kinds]
    columns = zip(names, hits.tolist(), predicted.tolist(), support.tolist(), strict=True)
    return {
        category: ClassScore(hit / max(answered, 1), hit / rows, 2 * hit / (answered + rows), rows)
        for category, hit, answered, rows in sorted(columns)
    }


def mean_f1(per_class: dict[str, ClassScore]) -> float:
    """Return macro-F1: every category counts the same; 0 without any."""
    return sum(score.f1 for score in per_class.values()) / len(per_class) if per_class else 0.0


def _names(answers: Sequence[Sequence[Prediction]], rank: int) -> list[str | None]:
    return [ranked[rank].category if len(ranked) > rank else None for ranked in answers]


def _encode(names: Iterable[str | None], codes: dict[str, int]) -> NDArray[np.intp]:
    return np.fromiter(
        (_NO_ANSWER if name is None else codes.setdefault(name, len(codes)) for name in names), np.intp
    )


def _share(rows: NDArray[np.bool_]) -> float:
    return float(rows.mean()) if len(rows) else 0.0


def _share_among(rows: NDArray[np.bool_], chosen: NDArray[np.bool_]) -> float | None:
    return float(rows[chosen].mean()) if chosen.any() else None


def _confused_pairs(
    given: NDArray[np.intp], wanted: NDArray[np.intp], names: Sequence[str]
) -> tuple[tuple[str, str, int], ...]:
    wrong = (given != wanted) & (given != _NO_ANSWER)
    pairs, counts = np.unique(wanted[wrong] * len(names) + given[wrong], return_counts=True)
    counted = [
        (names[pair // len(names)], names[pair % len(names)], count)
        for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True)
    ]
    return tuple(sorted(counted, key=lambda pair: (-pair[2], pair[0], pair[1]))[:CONFUSED_PAIRS])
