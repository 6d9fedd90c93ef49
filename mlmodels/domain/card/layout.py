"""The parts of a card, the same for a page and for Markdown; all text is plain and not yet escaped."""

from dataclasses import dataclass

from mlmodels.domain.evaluation.reliability import ReliabilityBin


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    title: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under titles."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    """As many cells in each as there are columns."""
    empty: str = ""
    """What is said instead of a table without rows."""

    @property
    def cells(self) -> list[list[tuple[str, Column]]]:
        """Return each row's texts with their columns."""
        return [list(zip(row, self.columns, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Item:
    """A thing with what there is to say about it."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a card, in the order of its fields."""

    title: str
    sentences: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    """Names and values."""
    points: tuple[ReliabilityBin, ...] = ()
    """To be drawn as a plot of accuracy over confidence."""
    tables: tuple[Table, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of one version."""

    title: str
    summary: tuple[str, ...]
    sections: tuple[Section, ...]


def number_columns(*titles: str) -> tuple[Column, ...]:
    """Return columns of numbers."""
    return tuple(Column(title, is_number=True) for title in titles)
