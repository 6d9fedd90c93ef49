"""The model itself: reads a text, weighs the candidates against the history, says how sure it is."""

import base64
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from mlmodels.domain.calibration import Calibration
from mlmodels.domain.candidates import UNKNOWN, Batch, Candidates, find_candidates
from mlmodels.domain.columns import coded
from mlmodels.domain.features import Tokens, count_tokens
from mlmodels.domain.history import SCOPES, USER, History
from mlmodels.domain.linear import LinearModel
from mlmodels.domain.ranking import RankedCandidate, Ranking, rank_rows
from mlmodels.domain.sketches import WIDTH, Sketches, sketch
from mlmodels.domain.text.hashing import COLUMNS
from mlmodels.domain.types import Example
from mlmodels.learning.ranker import Ranker

_CACHED_SKETCHES = 50_000
Text = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Estimator:
    """A linear model of the text, a ranker of candidates, and what its confidences are worth."""

    labels: tuple[str, ...]
    """The categories that the text model has learned; the history may add others."""
    linear: LinearModel
    priors: NDArray[np.float32]
    """(labels,) logarithms of their shares in the training; exact in eight digits."""
    ranker: Ranker
    calibration: Calibration
    sketches: "SketchCache"

    def predict(
        self,
        examples: Sequence[Example],
        history: History,
        *,
        categories: frozenset[str] | None,
        top_k: int,
    ) -> list[list[RankedCandidate]]:
        """Return for each example its candidates, best first, at most `top_k`; none where none is allowed.

        With `categories` only those are considered; None stands for all that text and history know.
        """
        ranking = self.rank(examples, history, categories)
        return rank_rows(ranking, history, top_k)

    def rank(
        self, examples: Sequence[Example], history: History, categories: frozenset[str] | None
    ) -> Ranking:
        """Return all candidates of the examples with their features and confidences."""
        # A category that nobody has used yet is a candidate too, as it is in training.
        others = (history.categories | (categories or frozenset())) - set(self.labels)
        names = (*self.labels, *sorted(others))
        batch = self._batch(examples, history, names, categories)
        candidates = find_candidates(batch)
        return Ranking(names, batch, candidates, self.confidences(candidates), self.calibration)

    def confidences(self, candidates: Candidates) -> NDArray[np.float64]:
        """Return the calibrated probability of each candidate, (candidates,), in 0…1."""
        raw = self.ranker.probabilities(candidates)
        return self.calibration.confidences(raw, candidates.row, candidates.is_seen)

    def _batch(
        self,
        examples: Sequence[Example],
        history: History,
        names: Sequence[str],
        categories: frozenset[str] | None,
    ) -> Batch:
        codes = {name: code for code, name in enumerate(names)}
        tokens = _tokens(examples)
        features = tokens.weigh(self.linear.idf)
        text = np.full((len(examples), len(names)), UNKNOWN, np.float32)
        text[:, : len(self.labels)] = self.linear.score(features, slice(None))
        is_allowed = np.array([categories is None or name in categories for name in names], np.bool_)
        priors = np.full(len(names), UNKNOWN, np.float32)
        priors[: len(self.labels)] = self.priors
        return Batch(
            log_probabilities=text,
            is_allowed=is_allowed[None, :],
            priors=priors,
            is_learned=np.arange(len(names)) < len(self.labels),
            windows={scope.name: history.window(scope, codes) for scope in SCOPES},
            days=np.array([example.date.toordinal() for example in examples], np.int32),
            amounts=np.array([example.amount for example in examples], np.float32),
            sketches=sketch(features, slice(None)),
            user_sketches=self.sketches.get(history.texts(USER), self.linear.idf),
        )

    def to_document(self) -> dict[str, object]:
        """Return what `from_document` needs to make the same estimator again, but for labels and trees."""
        weights = self.linear.weights
        return {
            "idf": _packed(self.linear.idf, "<f2"),
            "entries": _packed(np.diff(weights.indptr), "<u2"),
            "columns": _packed(weights.indices, "<u2"),
            "weights": _packed(weights.data, "<f2"),
            "bias": [float(value) for value in self.linear.bias],
            "priors": [float(value) for value in self.priors],
            "calibration": self.calibration.to_document(),
        }


def from_document(labels: Sequence[str], document: Mapping[str, Any], model_text: str) -> Estimator:
    """Return the estimator of an artifact whose bytes have been checked.

    Raises:
        ValueError: a part does not fit the others.
    """
    ends = np.concatenate([[0], np.cumsum(_unpacked(document["entries"], "<u2"), dtype=np.int64)])
    columns = _unpacked(document["columns"], "<u2").astype(np.int32)
    if len(columns) and columns.max() >= len(labels):
        raise ValueError("a weight belongs to no label")
    weights = sp.csr_matrix(
        (_unpacked(document["weights"], "<f2").astype(np.float32), columns, ends.astype(np.int32)),
        (COLUMNS, len(labels)),
    )
    weights.check_format(full_check=True)
    bias = np.asarray(document["bias"], np.float32)
    priors = np.asarray(document["priors"], np.float32)
    idf = _unpacked(document["idf"], "<f2").astype(np.float32)
    if not (len(bias) == len(priors) == len(labels) and len(idf) == COLUMNS):
        raise ValueError("the parts of the text model are of different sizes")
    return Estimator(
        tuple(labels),
        LinearModel(idf, weights, bias),
        priors,
        Ranker(model_text),
        Calibration.from_document(document["calibration"]),
        SketchCache(),
    )


class SketchCache:
    """Remember the sketches of texts that users have labelled: they come again with each request."""

    def __init__(self) -> None:
        self._known: OrderedDict[Text, Sketches] = OrderedDict()

    def get(self, texts: Sequence[Text], idf: NDArray[np.float32]) -> Sketches:
        """Return (texts, WIDTH) sketches of descriptions with their memos."""
        known = self._known
        found = {text: known.get(text) for text in texts}
        missing = [text for text, value in found.items() if value is None]
        if missing:
            for text, value in zip(missing, _sketched(missing, idf), strict=True):
                found[text] = known[text] = value
            # Two threads may do this at once: a text is then computed or forgotten twice, which costs only
            # time.
            while len(known) > _CACHED_SKETCHES:
                known.pop(next(iter(known)), None)
        if not texts:
            return np.empty((0, WIDTH), np.float32)
        return np.stack([found[text] for text in texts])  # type: ignore[misc]


def _sketched(texts: Sequence[Text], idf: NDArray[np.float32]) -> Sketches:
    descriptions, memos = coded(text[0] for text in texts), coded(text[1] for text in texts)
    tokens = count_tokens(descriptions, memos, coded("" for _ in texts), [0.0] * len(texts))
    return sketch(tokens.weigh(idf), slice(None))


def _tokens(examples: Sequence[Example]) -> Tokens:
    return count_tokens(
        coded(example.description for example in examples),
        coded(example.memo for example in examples),
        coded(example.user_key for example in examples),
        [example.amount for example in examples],
    )


def _packed(values: NDArray[Any], kind: str) -> str:
    return base64.b64encode(values.astype(kind).tobytes()).decode("ascii")


def _unpacked(text: str, kind: str) -> NDArray[Any]:
    return np.frombuffer(base64.b64decode(text, validate=True), kind)
