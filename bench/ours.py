"""Our pipeline as it is served: a training's artifact, asked through the same code, with labels in memory."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import numpy as np

from bench.contender import CANDIDATES, Answers, Contender, Row
from mlmodels.domain.history import (
    SCOPES,
    USER,
    FoundLabels,
    History,
    Key,
    KnownLabels,
    Scope,
    key_of,
)
from mlmodels.domain.types import Example, Prediction
from mlmodels.learning.artifacts import open_artifact
from mlmodels.learning.estimator import Estimator
from mlmodels.learning.options import TrainingOptions
from mlmodels.learning.training import train

_AT_ONCE = 500
_THREADS = 2


def ours_variants(_size: int) -> dict[str, Callable[[], Contender]]:
    """Return the one way in which we take part."""
    return {"": Ours}


class Labels:
    """The labels known so far, found as the service finds them in its database."""

    def __init__(self) -> None:
        self._newest: dict[Scope, defaultdict[tuple[str, ...], list[Row]]] = {
            scope: defaultdict(list) for scope in SCOPES
        }
        self._categories: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, rows: Sequence[Row]) -> None:
        """Take note of labels newer than all before."""
        for row in rows:
            key = key_of(row.example)
            self._categories[key.client].add(row.category)
            for scope in SCOPES:
                found = self._newest[scope][_parts(scope, key)]
                found.append(row)
                del found[: -scope.size]

    def categories_of(self, client: str) -> frozenset[str]:
        """Return the client's categories."""
        return frozenset(self._categories[client])

    def history_of(self, examples: Sequence[Example]) -> History:
        """Return what is known of the examples."""
        keys = [key_of(example) for example in examples]
        found = {scope.name: self._found(scope, keys) for scope in SCOPES}
        return History(np.zeros(len(keys), np.int64), found, [""] * len(keys))

    def _found(self, scope: Scope, keys: Sequence[Key]) -> FoundLabels:
        numbers: dict[tuple[str, ...], int] = {}
        which = np.full(len(keys), -1, np.intp)
        for at, key in enumerate(keys):
            parts = _parts(scope, key)
            if all(parts):
                which[at] = numbers.setdefault(parts, len(numbers))
        return FoundLabels([_known(scope, self._newest[scope][parts]) for parts in numbers], which)


class Ours:
    """Text, history and ranker, trained and asked as in service."""

    def __init__(self) -> None:
        self._estimator: Estimator
        self._labels = Labels()

    @property
    def trees(self) -> int:
        """Return the number of trees of the ranker."""
        return self._estimator.ranker.trees

    def fit(self, rows: Sequence[Row]) -> None:
        """Train, and know the rows' labels."""
        options = TrainingOptions(minimum_examples=50, threads=_THREADS)
        model = train(rows, options, lambda _stage, _share: None)
        self._estimator = open_artifact(model.artifact.data, model.artifact.sha256).estimator()
        self._labels = Labels()
        self.learn(rows)

    def calibrate(self, rows: Sequence[Row]) -> None:
        """Do nothing: a training calibrates itself."""

    def learn(self, rows: Sequence[Row]) -> None:
        """Know some more labels."""
        self._labels.add(rows)

    def answer(self, rows: Sequence[Row]) -> Answers:
        """Return the candidates, some hundred rows of one client at a time."""
        return [ranked for part in _parts_of_one_client(rows) for ranked in self._answer(part)]

    def _answer(self, examples: list[Example]) -> Answers:
        ranked = self._estimator.predict(
            examples,
            self._labels.history_of(examples),
            categories=self._labels.categories_of(examples[0].client_key),
            top_k=CANDIDATES,
        )
        return [[Prediction(one.category, one.confidence) for one in row] for row in ranked]


def _parts_of_one_client(rows: Sequence[Row]) -> Iterator[list[Example]]:
    for _, group in groupby((row.example for row in rows), key=lambda example: example.client_key):
        examples = list(group)
        for at in range(0, len(examples), _AT_ONCE):
            yield examples[at : at + _AT_ONCE]


def _parts(scope: Scope, key: Key) -> tuple[str, ...]:
    parts = {
        "pair": (key.user, key.merchant),
        "merchant": (key.merchant,),
        "word": (key.word,),
        "user": (key.user,),
    }
    return key.client or "-", *parts[scope.name]


def _known(scope: Scope, rows: Sequence[Row]) -> KnownLabels:
    newest = rows[::-1]
    is_text = scope is USER
    return KnownLabels(
        ids=[-1] * len(newest),
        categories=[row.category for row in newest],
        days=[row.example.date.toordinal() for row in newest],
        amounts=[row.example.amount for row in newest],
        texts=[row.example.description for row in newest] if is_text else [],
        memos=[row.example.memo for row in newest] if is_text else [],
    )
