"""What the comparison of two versions shows, ready for its template."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mlmodels.domain.evaluation.side_by_side import (
    REMEMBERED,
    CategoryChange,
    ComparedRow,
    PairCount,
    Tally,
    category_changes,
    differing_pairs,
    tally,
)
from mlmodels.domain.figures import (
    difference,
    to_change,
    to_count,
    to_decimal,
    to_percent,
    to_points,
    to_size,
)
from mlmodels.domain.text.key import normalise
from mlmodels.domain.types import Prediction
from mlmodels.models import ModelVersion
from mlmodels.runtime import ModelUnavailable
from mlmodels.versions.answers import compare_answers

ASKED_ROWS = 300
"""Fewer than the command asks about: a page has three tenths of a second."""
SHOWN_ROWS = 100
SHOWN_PAIRS = 20
_WHY = {
    "checksum": "the bytes of one of them were dropped to save space, or are damaged",
    "schema": "one of them was made for another release",
    "unavailable": "one of them was never validated",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of both."""

    title: str
    first: str
    second: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One category of both, as text."""

    change: CategoryChange

    @property
    def first(self) -> str:
        """Return the first one's F1."""
        return to_decimal(self.change.first)

    @property
    def second(self) -> str:
        """Return the second one's F1."""
        return to_decimal(self.change.second)

    @property
    def gained(self) -> str:
        """Return the difference with its sign."""
        return to_change(self.change.gained)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One transaction that both answer differently."""

    row: ComparedRow
    text: str
    """The description; the merchant's name alone for those who may not read it."""

    @property
    def first(self) -> str:
        """Return the first one's answer."""
        return _to_answer(self.row.first)

    @property
    def second(self) -> str:
        """Return the second one's answer."""
        return _to_answer(self.row.second)


@dataclass(frozen=True, slots=True)
class Counted:
    """A tally with its heading."""

    title: str
    tally: Tally
    verdict: str
    """Whether one is better beyond chance."""


@dataclass(frozen=True, slots=True)
class RowsView:
    """What came of asking both."""

    counted: list[Counted]
    pairs: list[PairCount]
    rows: list[ShownRow]
    is_cut: bool
    """More rows differ than are shown."""
    may_read: bool
    problem: str = ""
    """Why they could not be asked; then the rest is empty."""
    asked_rows: int = ASKED_ROWS


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """Both versions in words and figures."""

    figures: list[Figure]
    categories: list[CategoryRow]
    asked: RowsView | None
    """None: not asked yet."""


def view_comparison(
    first: ModelVersion, second: ModelVersion, *, with_rows: bool, may_read: bool
) -> ComparisonView:
    """Hold two versions against each other; with rows, both are loaded and asked."""
    one, other = first.metrics, second.metrics
    changes = category_changes(
        one.get("val_f1_per_class") or {},
        other.get("val_f1_per_class") or {},
        [other.get("val_support_per_class") or {}, one.get("val_support_per_class") or {}],
    )
    return ComparisonView(
        _figures(first, second),
        [CategoryRow(change) for change in changes],
        _ask(first, second, may_read=may_read) if with_rows else None,
    )


def _figures(first: ModelVersion, second: ModelVersion) -> list[Figure]:
    return [
        _measured(first, second, "Accuracy", "val_accuracy", to_percent, to_points),
        _measured(first, second, "Macro F1", "val_f1_macro", to_decimal, to_change),
        _measured(first, second, "Known merchants", "val_accuracy_seen", to_percent, to_points),
        _measured(first, second, "New merchants", "val_accuracy_unseen", to_percent, to_points),
        _measured(first, second, "Calibration error", "val_ece", to_decimal, to_change),
        Figure("Learned from", *(to_count(one.metrics.get("train_size")) for one in (first, second))),
        Figure("Measured on", *(to_count(one.metrics.get("val_size")) for one in (first, second))),
        Figure("Newest row learned", *(one.metrics.get("trained_to", "–") for one in (first, second))),
        Figure("Categories", *(to_count(len(one.labels)) for one in (first, second))),
        Figure(
            "Size", *(to_size(one.size_bytes) if one.size_bytes else "dropped" for one in (first, second))
        ),
    ]


def _measured(
    first: ModelVersion,
    second: ModelVersion,
    title: str,
    name: str,
    write: Callable[[float | None], str],
    write_change: Callable[[float | None], str],
) -> Figure:
    one, other = first.metrics.get(name), second.metrics.get(name)
    return Figure(title, write(one), write(other), write_change(difference(other, one)))


def _ask(first: ModelVersion, second: ModelVersion, *, may_read: bool) -> RowsView:
    try:
        rows = compare_answers(first, second, rows=ASKED_ROWS)
    except ModelUnavailable as error:
        problem = f"They cannot be asked: {_WHY.get(error.reason, error.reason)}."
        return RowsView([], [], [], is_cut=False, may_read=may_read, problem=problem)
    if not rows:
        problem = "No transaction has a known category yet, so there is nothing to ask about."
        return RowsView([], [], [], is_cut=False, may_read=may_read, problem=problem)
    differing = [row for row in rows if row.differs]
    return RowsView(
        counted=_counted(rows, (str(first), str(second))),
        pairs=differing_pairs(differing)[:SHOWN_PAIRS],
        rows=[_shown(row, may_read=may_read) for row in differing[:SHOWN_ROWS]],
        is_cut=len(differing) > SHOWN_ROWS,
        may_read=may_read,
    )


def _counted(rows: Sequence[ComparedRow], names: tuple[str, str]) -> list[Counted]:
    new = [row for row in rows if row.is_new]
    return [
        Counted("Newer than all that either has learned from", tally(new), tally(new).describe(*names)),
        Counted("All asked about", tally(rows), REMEMBERED),
    ]


def _shown(row: ComparedRow, *, may_read: bool) -> ShownRow:
    return ShownRow(row, row.description if may_read else normalise(row.description))


def _to_answer(prediction: Prediction | None) -> str:
    return f"{prediction.category} ({prediction.confidence:.2f})" if prediction else "no answer"
