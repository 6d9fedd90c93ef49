"""Import transactions from a CSV file: what can be read goes in, the rest is reported line by line."""

import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from suggestions.domain.csv_columns import ImpossibleMapping, map_columns
from suggestions.domain.csv_records import Record, detect_delimiter, detect_encoding, read_records
from suggestions.domain.csv_rows import CsvForm, RowReader
from suggestions.domain.statement_values import guess_date_format, has_decimal_comma
from suggestions.domain.transaction_row import RowError, TransactionRow
from suggestions.intake import upsert_transactions
from suggestions.models import Client

__all__ = ["BadRow", "CsvForm", "CsvOptions", "ImportSummary", "ImpossibleMapping", "import_csv"]

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


@dataclass(frozen=True, slots=True)
class BadRow:
    """A record that was not imported. It names no value: descriptions and amounts stay out of logs."""

    line: int
    field: str
    """The field that is wrong; empty when the record as a whole cannot be read."""
    code: str
    detail: str


@dataclass(slots=True)
class ImportSummary:
    """What an import has done so far."""

    read: int = 0
    created: int = 0
    updated: int = 0
    repeated: int = 0
    """Records whose external id came again later in the same batch; the later one counts."""
    failed: int = 0
    checked: int = 0
    """Good records of a dry run."""


@dataclass(frozen=True, slots=True)
class ImportListener:
    """Who wants to know how an import goes."""

    on_form: Callable[[CsvForm], None]
    on_bad_row: Callable[[BadRow], None]
    on_progress: Callable[[int, ImportSummary], None]
    """Gets the number of bytes read."""


def import_csv(
    path: Path, client: Client | None, options: CsvOptions, listener: ImportListener
) -> ImportSummary:
    """Import a file in batches, each all or none; without a client, only check it.

    Memory does not grow with the file, but for some bytes a row where it has no column of external ids.

    Raises:
        ImpossibleMapping: columns or dates cannot be made out; the message says what to do.
    """
    summary = ImportSummary()
    with path.open("rb") as file:
        encoding = options.encoding or detect_encoding(file)
        text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
        records = _read(text, options)
        header = next(records, None)
        if header is None:
            raise ImpossibleMapping("The file is empty.")
        samples = list(itertools.islice(records, _SAMPLES))
        form = _make_out(header, samples, options)
        listener.on_form(form)
        rows = _parse(itertools.chain(samples, records), form, summary, listener)
        while batch := list(itertools.islice(rows, options.batch)):
            _store(client, batch, summary)
            listener.on_progress(file.tell(), summary)
    return summary


def _read(text: io.TextIOWrapper, options: CsvOptions) -> Iterator[Record]:
    lines = iter(lambda: text.readline(_LONGEST_LINE), "")
    first = list(itertools.islice(lines, _SNIFFED_LINES))
    delimiter = options.delimiter or detect_delimiter(first)
    return read_records(itertools.chain(first, lines), delimiter)


def _make_out(header: Record, samples: list[Record], options: CsvOptions) -> CsvForm:
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


def _parse(
    records: Iterable[Record], form: CsvForm, summary: ImportSummary, listener: ImportListener
) -> Iterator[TransactionRow]:
    reader = RowReader(form)
    for record in records:
        summary.read += 1
        try:
            if record.problem:
                raise RowError("", "unreadable", record.problem)
            row = reader.read(record.cells)
        except RowError as error:
            summary.failed += 1
            listener.on_bad_row(BadRow(record.line, error.field, error.code, error.detail))
        else:
            yield row


def _store(client: Client | None, batch: list[TransactionRow], summary: ImportSummary) -> None:
    if client is None:
        summary.checked += len(batch)
        return
    result = upsert_transactions(client, batch)
    summary.created += result.created
    summary.updated += result.updated
    summary.repeated += len(batch) - result.created - result.updated
