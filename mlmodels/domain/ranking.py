"""Put the candidates of each row in order, each with what speaks for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from math import exp
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.calibration import Calibration
from mlmodels.domain.candidates import FEATURE_NAMES, Batch, Candidates
from mlmodels.domain.history import MERCHANT, PAIR, USER, WORD, History, Scope

SIMILAR_FROM = 0.6
"""Cosine from which a text is called similar."""


class Counted(NamedTuple):
    """How many of the labels looked at have the candidate's category."""

    of_it: int
    of_all: int


class CandidateEvidence(NamedTuple):
    """What speaks for a candidate, read from the features that ranked it."""

    pair: Counted
    """The user's own labels at this merchant."""
    merchant: Counted
    """All users' labels at this merchant."""
    word: Counted
    """All users' labels at merchants that begin with the same word."""
    user: Counted
    """The user's own labels anywhere."""
    text: float
    """The probability that the text alone gives, in 0…1."""
    similar_to: str
    """The user's transaction of this category whose text is most alike; empty when none is similar."""
    is_correction: bool
    """The user put this merchant here by correcting a suggestion."""


class RankedCandidate(NamedTuple):
    """One category with how sure the model is of it, and why."""

    category: str
    confidence: float
    """In 0…1: the share of such answers that were right in validation."""
    is_certain: bool
    """Whether the confidence reaches the category's threshold for the promised precision."""
    is_merchant_seen: bool
    """Whether a label at the merchant was known; the confidences of both kinds are calibrated apart."""
    gather: Callable[[], CandidateEvidence]
    """Reads the evidence when it is asked for: most candidates are never shown."""

    @property
    def evidence(self) -> CandidateEvidence:
        """Return what speaks for the candidate."""
        return self.gather()


@dataclass(frozen=True, slots=True)
class Ranking:
    """All candidates of a batch with their confidences."""

    names: Sequence[str]
    """The category of each code."""
    batch: Batch
    candidates: Candidates
    confidences: NDArray[np.float64]
    """(candidates,)"""
    calibration: Calibration


def rank_rows(ranking: Ranking, history: History, top_k: int) -> list[list[RankedCandidate]]:
    """Return the best candidates of each row with their evidence; a correction of the user's comes first."""
    candidates = ranking.candidates
    order = np.lexsort((candidates.category, -ranking.confidences, candidates.row))
    ends = np.searchsorted(candidates.row[order], np.arange(len(history.ids) + 1))
    writer = _Writer(ranking, history)
    return [
        writer.write(row, order[start:end].tolist(), top_k)
        for row, (start, end) in enumerate(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))
    ]


class _Writer:
    def __init__(self, ranking: Ranking, history: History) -> None:
        self._ranking = ranking
        self._corrected_to = history.corrected_to
        self._names = [ranking.names[code] for code in ranking.candidates.category.tolist()]
        self._confidences = ranking.confidences.tolist()
        self._is_certain = (ranking.confidences >= _thresholds(ranking)).tolist()
        self._is_seen = ranking.candidates.is_seen.tolist()
        self._history = history

    def write(self, row: int, order: list[int], top_k: int) -> list[RankedCandidate]:
        ranked = [self._candidate(row, one) for one in order[:top_k]]
        corrected_to = self._corrected_to[row]
        if not corrected_to or not ranked:
            return ranked
        place = next((one for one in order if self._names[one] == corrected_to), None)
        if place is None:  # the client has withdrawn the category
            return ranked
        first = self._candidate(row, place)
        first = first._replace(
            # The user has said so: at least as sure as of what would have come first.
            confidence=max(first.confidence, ranked[0].confidence),
            is_certain=True,
            gather=partial(self._gather, row, place, is_correction=True),
        )
        return [first, *(other for other in ranked if other.category != corrected_to)][:top_k]

    def _candidate(self, row: int, one: int) -> RankedCandidate:
        return RankedCandidate(
            self._names[one],
            self._confidences[one],
            self._is_certain[one],
            self._is_seen[row],
            partial(self._gather, row, one),
        )

    def _gather(self, row: int, one: int, *, is_correction: bool = False) -> CandidateEvidence:
        features = dict(zip(FEATURE_NAMES, self._ranking.candidates.features[one].tolist(), strict=True))
        return CandidateEvidence(
            pair=_counted(PAIR, features),
            merchant=_counted(MERCHANT, features),
            word=_counted(WORD, features),
            user=_counted(USER, features),
            text=exp(features["log_probability"]),
            similar_to=self._similar.text(row, int(self._ranking.candidates.category[one])),
            is_correction=is_correction,
        )

    @cached_property
    def _similar(self) -> "_Similar":
        return _Similar(self._ranking, self._history)


def _thresholds(ranking: Ranking) -> NDArray[np.float64]:
    of_names = [ranking.calibration.threshold_of(name) for name in ranking.names]
    return np.asarray(of_names, np.float64)[ranking.candidates.category]


def _counted(scope: Scope, features: Mapping[str, float]) -> Counted:
    of_all = features[f"{scope.name}_labels"]
    return Counted(round(features[f"{scope.name}_share"] * (of_all + 1)), int(of_all))


class _Similar:
    """The most similar known transaction of the user for a row and category."""

    def __init__(self, ranking: Ranking, history: History) -> None:
        window = ranking.batch.windows[USER.name]
        alike = ranking.candidates.alike
        near = np.flatnonzero(alike >= SIMILAR_FROM)
        near = near[np.argsort(alike[near], kind="stable")]  # the most similar comes last and stays
        cells = zip(window.row[near].tolist(), window.category[near].tolist(), strict=True)
        self._source = dict(zip(cells, window.source[near].tolist(), strict=True))
        self._texts = history.texts(USER) if self._source else []

    def text(self, row: int, code: int) -> str:
        source = self._source.get((row, code))
        return "" if source is None else self._texts[source][0]
