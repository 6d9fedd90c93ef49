"""Prepare the rows of a training once: tokens, keys, past labels, what each client may be suggested."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.candidates import UNKNOWN, Batch, Candidates, find_candidates
from mlmodels.domain.features import Tokens, count_tokens
from mlmodels.domain.history import PastLabels, past_labels
from mlmodels.domain.linear import LinearModel
from mlmodels.domain.sketches import Sketches, sketch
from mlmodels.domain.table import Table

ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Reader:
    """A text model with the codes of its labels."""

    linear: LinearModel
    labels: NDArray[np.intp]
    """(labels,) the category code of each column of the model."""
    priors: NDArray[np.float32]
    """(codes,) logarithms of the shares in its training; UNKNOWN for a category it has not learned."""


@dataclass(frozen=True, slots=True)
class Material:
    """The rows of a training with all that does not change from fit to fit."""

    table: Table
    tokens: Tokens
    past: PastLabels
    is_allowed: NDArray[np.bool_]
    """(clients, codes) whether a client has ever used the category."""

    def candidates(
        self, reader: Reader, rows: NDArray[np.intp], known_until: NDArray[np.intp]
    ) -> Iterator[Candidates]:
        """Yield the candidates of the rows, some thousand rows at a time."""
        features = self.tokens.weigh(reader.linear.idf)
        sketches = sketch(features, slice(None))
        for at in range(0, len(rows), ROWS_AT_ONCE):
            part = rows[at : at + ROWS_AT_ONCE]
            scores = reader.linear.score(features, part)
            yield find_candidates(
                self._batch(reader, part, scores, sketches, known_until[at : at + ROWS_AT_ONCE])
            )

    def _batch(
        self,
        reader: Reader,
        rows: NDArray[np.intp],
        scores: NDArray[np.float32],
        sketches: Sketches,
        known_until: NDArray[np.intp],
    ) -> Batch:
        text = np.full((len(rows), len(self.table.categories.values)), UNKNOWN, np.float32)
        text[:, reader.labels] = scores
        is_learned = np.zeros(text.shape[1], np.bool_)
        is_learned[reader.labels] = True
        return Batch(
            log_probabilities=text,
            is_allowed=self.is_allowed[self.table.clients.codes[rows]],
            priors=reader.priors,
            is_learned=is_learned,
            windows=self.past.windows(rows, known_until),
            days=self.table.days[rows],
            amounts=self.table.amounts[rows],
            sketches=sketches[rows],
            user_sketches=sketches,
        )


def prepare(table: Table) -> Material:
    """Return the material of a training."""
    is_allowed = np.zeros((len(table.clients.values), len(table.categories.values)), np.bool_)
    is_allowed[table.clients.codes, table.categories.codes] = True
    tokens = count_tokens(table.descriptions, table.memos, table.users, table.amounts.tolist())
    return Material(
        table,
        tokens,
        past_labels(table.keys(), table.days, table.categories.codes, table.amounts),
        is_allowed,
    )


def joined(parts: Iterator[Candidates]) -> Candidates:
    """Return the candidates of several batches as one."""
    batches = list(parts)
    sizes = [len(batch.is_seen) for batch in batches]
    begins = np.cumsum([0, *sizes])
    return Candidates(
        np.concatenate([batch.row + begin for batch, begin in zip(batches, begins, strict=False)]),
        np.concatenate([batch.category for batch in batches]),
        np.concatenate([batch.features for batch in batches]),
        np.concatenate([batch.is_seen for batch in batches]),
        np.concatenate([batch.alike for batch in batches]),
    )
