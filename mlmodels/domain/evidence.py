"""Put the candidates of each row in order, each with what speaks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.calibration import Calibration
from mlmodels.domain.candidates import Batch, Candidates
from mlmodels.domain.history import MERCHANT, PAIR, SCOPES, USER, WORD, History, Scope

SIMILAR_FROM = 0.6
"""Cosine from which a text is called similar."""


class Counted(NamedTuple):
    """How many of the labels looked at have the candidate's category."""

    of_it: int
    of_all: int


class Evidence(NamedTuple):
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
    evidence: Evidence


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
        self._counts = {scope: _counts(ranking.candidates, scope) for scope in SCOPES}
        self._texts = np.exp(ranking.candidates.column("log_probability")).tolist()
        self._categories = ranking.candidates.category.tolist()
        self._confidences = ranking.confidences.tolist()
        self._similar = _Similar(ranking, history)

    def write(self, row: int, order: list[int], top_k: int) -> list[RankedCandidate]:
        ranked = [self._candidate(row, one) for one in order[:top_k]]
        corrected_to = self._corrected_to[row]
        if not corrected_to or not ranked:
            return ranked
        names = self._ranking.names
        place = next((one for one in order if names[self._categories[one]] == corrected_to), None)
        if place is None:  # the client has withdrawn the category
            return ranked
        first = self._candidate(row, place)
        first = first._replace(
            # The user has said so: at least as sure as of what would have come first.
            confidence=max(first.confidence, ranked[0].confidence),
            is_certain=True,
            evidence=first.evidence._replace(is_correction=True),
        )
        return [first, *(other for other in ranked if other.category != corrected_to)][:top_k]

    def _candidate(self, row: int, one: int) -> RankedCandidate:
        code = self._categories[one]
        category, confidence = self._ranking.names[code], self._confidences[one]
        return RankedCandidate(
            category,
            confidence,
            confidence >= self._ranking.calibration.threshold_of(category),
            Evidence(
                pair=self._counted(PAIR, one),
                merchant=self._counted(MERCHANT, one),
                word=self._counted(WORD, one),
                user=self._counted(USER, one),
                text=self._texts[one],
                similar_to=self._similar.text(row, code),
                is_correction=False,
            ),
        )

    def _counted(self, scope: Scope, one: int) -> Counted:
        of_it, of_all = self._counts[scope]
        return Counted(of_it[one], of_all[one])


def _counts(candidates: Candidates, scope: Scope) -> tuple[list[int], list[int]]:
    of_all = candidates.column(f"{scope.name}_labels").astype(np.float64)
    of_it = np.rint(candidates.column(f"{scope.name}_share") * (of_all + 1))
    return of_it.astype(int).tolist(), of_all.astype(int).tolist()


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
