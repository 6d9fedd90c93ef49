"""Import transactions from a CSV file: what can be read goes in, the rest is reported line by line."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from suggestions.domain.csv.columns import ImpossibleMapping
from suggestions.domain.csv.file import CsvOptions, open_records, open_text
from suggestions.domain.csv.records import Record
from suggestions.domain.csv.rows import CsvForm, RowReader
from suggestions.domain.transaction_row import RowError, TransactionRow
from suggestions.intake import upsert_transactions
from suggestions.models import Client

__all__ = ["BadRow", "CsvForm", "CsvOptions", "ImportSummary", "ImpossibleMapping", "import_csv"]


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
        text = open_text(file, options)
        form, records = open_records(text, options)
        listener.on_form(form)
        rows = _parse(records, form, summary, listener)
        while batch := list(itertools.islice(rows, options.batch)):
            _store(client, batch, summary)
            listener.on_progress(file.tell(), summary)
    return summary


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
