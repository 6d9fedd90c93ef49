"""Remember labels, and answer from them before a contender is asked."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.contender import CANDIDATES, Answers, Contender, Row
from mlmodels.domain.text.key import normalise
from mlmodels.domain.types import Prediction

Key = tuple[str, ...]


@dataclass(slots=True)
class _Notes:
    counts: Counter[str] = field(default_factory=Counter)
    last: str = ""


class Memory:
    """What users' merchants, and merchants alone, were labelled."""

    def __init__(self) -> None:
        self._notes: defaultdict[Key, _Notes] = defaultdict(_Notes)

    def learn(self, rows: Sequence[Row]) -> None:
        """Take note of the categories of rows."""
        for row in rows:
            for key in (_pair(row), _merchant(row)):
                notes = self._notes[key]
                notes.counts[row.category] += 1
                notes.last = row.category

    def last(self, key: Key) -> Prediction | None:
        """Return the latest category under the key."""
        notes = self._notes.get(key)
        return None if notes is None else _to_prediction(notes, notes.last)

    def most_frequent(self, key: Key) -> Prediction | None:
        """Return the category that stands most often under the key."""
        notes = self._notes.get(key)
        return None if notes is None else _to_prediction(notes, notes.counts.most_common(1)[0][0])


def _to_prediction(notes: _Notes, category: str) -> Prediction:
    # Laplace's rule of succession.
    return Prediction(category, (notes.counts[category] + 1) / (notes.counts.total() + 2))


def _merchant(row: Row) -> Key:
    return (normalise(row.example.description),)


def _pair(row: Row) -> Key:
    return (row.example.user_key, normalise(row.example.description))


Scheme = Callable[[Memory, Row], Prediction | None]

SCHEMES: dict[str, Scheme] = {
    "no memory": lambda memory, row: None,
    "user × merchant, last": lambda memory, row: memory.last(_pair(row)),
    "user × merchant, most frequent": lambda memory, row: memory.most_frequent(_pair(row)),
    "merchant, last": lambda memory, row: memory.last(_merchant(row)),
    "merchant, most frequent": lambda memory, row: memory.most_frequent(_merchant(row)),
    "user × merchant, then merchant, most frequent": lambda memory, row: (
        memory.most_frequent(_pair(row)) or memory.most_frequent(_merchant(row))
    ),
}


class MemoryFirst:
    """A contender behind a memory: what the memory knows is answered, the contender's candidates follow."""

    def __init__(self, inner: Contender, scheme: Scheme) -> None:
        self._inner = inner
        self._scheme = scheme
        self._memory = Memory()

    @property
    def trees(self) -> int:
        """Return the contender's trees."""
        return self._inner.trees

    def fit(self, rows: Sequence[Row]) -> None:
        """Fit the contender, and remember the rows' labels."""
        self._inner.fit(rows)
        self._memory = Memory()
        self._memory.learn(rows)

    def calibrate(self, rows: Sequence[Row]) -> None:
        """Calibrate the contender."""
        self._inner.calibrate(rows)

    def learn(self, rows: Sequence[Row]) -> None:
        """Remember, and let the contender learn."""
        self._inner.learn(rows)
        self._memory.learn(rows)

    def answer(self, rows: Sequence[Row]) -> Answers:
        """Answer from memory, and by the contender."""
        return [
            _put_first(self._scheme(self._memory, row), candidates)
            for row, candidates in zip(rows, self._inner.answer(rows), strict=True)
        ]


def _put_first(known: Prediction | None, candidates: list[Prediction]) -> list[Prediction]:
    if known is None:
        return candidates
    others = [candidate for candidate in candidates if candidate.category != known.category]
    return [known, *others][:CANDIDATES]


class Scripted:
    """A contender whose answers are known already, in the order in which they are asked for."""

    trees = 0

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._given = 0

    def fit(self, rows: Sequence[Row]) -> None:
        """Learn nothing."""

    def calibrate(self, rows: Sequence[Row]) -> None:
        """Set nothing."""

    def learn(self, rows: Sequence[Row]) -> None:
        """Learn nothing."""

    def answer(self, rows: Sequence[Row]) -> Answers:
        """Give the next answers."""
        first = self._given
        self._given += len(rows)
        return self._answers[first : self._given]
