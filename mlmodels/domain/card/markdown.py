"""Write a card as Markdown that shows every text as it is, whatever stands in it."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from mlmodels.domain.card.layout import Card, Item, Section, Table
from mlmodels.domain.evaluation.reliability import ReliabilityBin
from mlmodels.domain.figures import to_percent

_MEANINGFUL = re.compile(r"([\\`*_\[\]<>|~&#$])")
_ADDRESS = re.compile(r"\b(www|https?|ftp|mailto)(?=[.:])", re.IGNORECASE)
_PLOT_WIDTH = 50


def to_markdown(card: Card) -> str:
    """Return the card as Markdown with tables as GitHub reads them."""
    return "\n\n".join(_blocks(card)) + "\n"


def escape(text: str) -> str:
    """Return a text on one line, of which nothing is read as markup, HTML or the address of a page."""
    plain = "".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)
    return _ADDRESS.sub(r"\1\\", _MEANINGFUL.sub(r"\\\1", " ".join(plain.split())))


def _blocks(card: Card) -> Iterator[str]:
    yield f"# {escape(card.title)}"
    yield from map(escape, card.summary)
    for section in card.sections:
        yield f"## {escape(section.title)}"
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield from map(escape, section.sentences)
    if section.facts:
        yield "\n".join(f"- {escape(name)}: {escape(value)}" for name, value in section.facts)
    if section.points:
        yield _plot(section.points)
    for table in section.tables:
        yield f"**{escape(table.caption)}**"
        yield _table(table) if table.rows else escape(table.empty)
    for item in section.items:
        yield from _item(item)


def _item(item: Item) -> Iterator[str]:
    yield f"### {escape(item.title)}"
    yield "\n".join(f"- {escape(sentence)}" for sentence in item.sentences)


def _table(table: Table) -> str:
    marks = ["---:" if column.is_number else "---" for column in table.columns]
    lines = [[escape(column.title) for column in table.columns], marks]
    lines += [[escape(cell) for cell in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plot(points: Sequence[ReliabilityBin]) -> str:
    """A line for each point: where it says to be right, and where it is."""
    head = f"{'says':>8}  {'right':>8}  0 %{'50 %':^{_PLOT_WIDTH - 7}}100 %{'rows':>9}"
    lines = [
        f"{to_percent(one.confidence):>8}  {to_percent(one.accuracy):>8}  {_strip(one)} {one.count:>9,}"
        for one in points
    ]
    legend = "| what it says, o how often it is right, X both"
    return "\n".join(["```text", head, *lines, "", legend, "```"])


def _strip(one: ReliabilityBin) -> str:
    cells = ["·"] * (_PLOT_WIDTH + 1)
    says, right = (round(_PLOT_WIDTH * share) for share in (one.confidence, one.accuracy))
    cells[right], cells[says] = "o", "X" if says == right else "|"
    return "".join(cells)
