"""Make out a CSV file of transactions as a whole: its encoding, its delimiter, how its cells are read."""

import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from suggestions.domain.csv.columns import ImpossibleMapping, map_columns
from suggestions.domain.csv.records import Record, detect_delimiter, detect_encoding, read_records
from suggestions.domain.csv.rows import CsvForm
from suggestions.domain.statement_values import guess_date_format, has_decimal_comma

_SAMPLES: Final = 1_000
_SNIFFED_LINES: Final = 20
_LONGEST_LINE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """What the person importing says about the file; what is None or left out is guessed."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Column name by field."""
    default_currency: str | None = None
    """For rows without a currency; None: there must be a column."""
    delimiter: str | None = None
    encoding: str | None = None
    date_format: str | None = None
    decimal_comma: bool | None = None
    invert_amount: bool = False
    batch: int = 5_000


def open_text(file: BinaryIO, options: CsvOptions) -> io.TextIOWrapper:
    """Return the file's text; keep it, for it closes the file when it goes."""
    encoding = options.encoding or detect_encoding(file)
    return io.TextIOWrapper(file, encoding, errors="replace", newline="")


def open_records(text: io.TextIOWrapper, options: CsvOptions) -> tuple[CsvForm, Iterator[Record]]:
    """Return how the file's cells are read, and its records after the header.

    Raises:
        ImpossibleMapping: columns or dates cannot be made out; the message says what to do.
    """
    records = _read(text, options)
    header = next(records, None)
    if header is None:
        raise ImpossibleMapping("The file is empty.")
    samples = list(itertools.islice(records, _SAMPLES))
    return _make_out(header, samples, options), itertools.chain(samples, records)


def _read(text: io.TextIOWrapper, options: CsvOptions) -> Iterator[Record]:
    lines = iter(lambda: text.readline(_LONGEST_LINE), "")
    first = list(itertools.islice(lines, _SNIFFED_LINES))
    delimiter = options.delimiter or detect_delimiter(first)
    return read_records(itertools.chain(first, lines), delimiter)


def _make_out(header: Record, samples: Sequence[Record], options: CsvOptions) -> CsvForm:
    if header.problem:
        raise ImpossibleMapping(f"The header cannot be read: {header.problem}.")
    columns = map_columns(
        header.cells, options.columns, has_default_currency=options.default_currency is not None
    )
    readable = [record.cells for record in samples if not record.problem]
    amounts = [columns[name] for name in ("amount", "debit", "credit") if name in columns]
    decimal_comma = options.decimal_comma
    if decimal_comma is None:
        decimal_comma = has_decimal_comma(cells[index] for cells in readable for index in amounts)
    return CsvForm(
        header=tuple(header.cells),
        columns=columns,
        date_format=options.date_format or _guess_dates([cells[columns["date"]] for cells in readable]),
        decimal_comma=decimal_comma,
        default_currency=options.default_currency,
        invert_amount=options.invert_amount,
    )


def _guess_dates(samples: list[str]) -> str:
    try:
        return guess_date_format(samples)
    except ValueError as error:
        raise ImpossibleMapping(str(error)) from None
