"""Read the records of a CSV file one by one, each with its line, past what is broken."""

import codecs
import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

MAX_RECORD_LINES: Final = 50
MAX_RECORD_CHARACTERS: Final = 20_000
"""A longer record is a quotation mark that nobody closed."""

_BROKEN_QUOTE: Final = "a quotation mark is not closed, or stands inside quoted text: close it, or double it"
_DELIMITERS: Final = ",;\t|"
_CHUNK: Final = 1 << 20
_SAMPLE_LINES: Final = 20
_SAMPLE_CHARACTERS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Record:
    """One record; `problem` says why it cannot be read, and is empty when it can."""

    line: int
    """The line it starts on, from 1."""
    cells: list[str]
    problem: str = ""


def detect_encoding(file: BinaryIO) -> str:
    """Name the encoding: UTF-16 by its mark, UTF-8 where every byte of the file fits, else Windows-1252."""
    start = file.read(2)
    file.seek(0)
    if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        file.seek(0)
    return "utf-8-sig"


def detect_delimiter(lines: Iterable[str]) -> str:
    """Choose the delimiter that parts the first lines most evenly; the comma when none does."""
    # Cut: all that a quotation mark nobody closed swallows has to fit into the reader's largest cell.
    rows = [line[:_SAMPLE_CHARACTERS] for line in lines if line.strip()][:_SAMPLE_LINES]
    best, best_rank = ",", (0, 0)
    for delimiter in _DELIMITERS:
        widths = [len(cells) for cells in csv.reader(rows, delimiter=delimiter)]
        if not widths or widths[0] < 2:
            continue
        rank = (sum(width == widths[0] for width in widths), widths[0])
        if rank > best_rank:
            best, best_rank = delimiter, rank
    return best


def read_records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    """Give every record that is not blank, the header first, whose number of cells the others must have.

    Where a quotation mark is never closed, the record it began is given with its problem and reading goes
    on at the next line, so that one stray mark costs one row.
    """
    source = _Lines(iter(lines))
    width = 0
    while True:
        source.begin_record()
        try:
            cells = next(csv.reader(source, delimiter=delimiter, strict=True), None)
        except (_RecordTooLong, csv.Error):
            source.keep_first_line_only()
            yield Record(source.first_line, [], _BROKEN_QUOTE)
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        width = width or len(cells)
        cells = _drop_empty_end(cells, width)
        if len(cells) == width:
            yield Record(source.first_line, cells)
            continue
        source.keep_first_line_only()
        found = f"{len(cells)} columns where the header has {width}"
        yield Record(
            source.first_line, [], f"{found}: put quotation marks around text with the delimiter in it"
        )


class _RecordTooLong(Exception):
    pass


class _Lines(Iterator[str]):
    """The lines of a file, of which those of the record under way can be given back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._returned: deque[str] = deque()
        self._record: list[str] = []
        self._characters = 0
        self.first_line = 1

    def begin_record(self) -> None:
        self.first_line += len(self._record)
        self._record = []
        self._characters = 0

    def __next__(self) -> str:
        if len(self._record) >= MAX_RECORD_LINES or self._characters > MAX_RECORD_CHARACTERS:
            raise _RecordTooLong
        line = self._returned.popleft() if self._returned else next(self._lines)
        self._record.append(line)
        self._characters += len(line)
        return line

    def keep_first_line_only(self) -> None:
        self._returned.extendleft(reversed(self._record[1:]))
        del self._record[1:]


def _drop_empty_end(cells: list[str], width: int) -> list[str]:
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        return cells[:width]
    return cells
