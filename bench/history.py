"""Read a CSV file of the import format as labelled rows in the order of time."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.contender import Row
from bench.starter import RuleAnswers
from mlmodels.domain.types import Example
from suggestions.domain.csv.columns import ImpossibleMapping, simplify
from suggestions.domain.csv.file import CsvOptions, open_records, open_text
from suggestions.domain.csv.rows import RowReader
from suggestions.domain.transaction_row import RowError, TransactionRow


@dataclass(frozen=True, slots=True)
class HistoryOptions:
    """What of a file is read."""

    target: str = "category"
    """The column to be predicted."""
    has_memo: bool = True
    limit: int | None = None
    """Only the newest; None: all."""
    client_column: str | None = None
    """The column that says whose user it is; None: one client's file."""
    csv: CsvOptions = field(default_factory=CsvOptions)


@dataclass(frozen=True, slots=True)
class History:
    """The rows of a file that have a category, oldest first, and whose they are."""

    rows: list[Row]
    tenants: list[str]
    """(rows,): the client where the file names clients, else the user."""
    refused: int
    """Rows that an import would refuse."""
    unlabelled: int


def read_history(path: Path, options: HistoryOptions, rules: RuleAnswers) -> History:
    """Read a file; what the rules answer is part of each row, where the file has such a category.

    Raises:
        ImpossibleMapping: columns or dates cannot be made out; the message says what to do.
    """
    counts = {"refused": 0, "unlabelled": 0}
    read = [found for found in _read(path, options, counts) if found[0].category]
    read.sort(key=lambda found: found[0].date)  # stable: the file's order decides within a day
    read = read[-options.limit :] if options.limit else read
    taxonomy = {row.category for row, _ in read if row.category}
    return History(
        rows=[_to_row(row, client, options, rules, taxonomy) for row, client in read],
        tenants=[client or row.user_id for row, client in read],
        refused=counts["refused"],
        unlabelled=counts["unlabelled"],
    )


def read_rows(path: Path, options: HistoryOptions) -> Iterator[TransactionRow]:
    """Yield the rows of a file that have a category, in its order, with that for the category.

    Raises:
        ImpossibleMapping: as `read_history`.
    """
    for row, _ in _read(path, options, {"refused": 0, "unlabelled": 0}):
        if row.category:
            yield row if options.has_memo else replace(row, memo="")


def _read(
    path: Path, options: HistoryOptions, counts: dict[str, int]
) -> Iterator[tuple[TransactionRow, str]]:
    with path.open("rb") as file:
        form_options = replace(options.csv, columns={**options.csv.columns, "category": options.target})
        text = open_text(file, form_options)
        form, records = open_records(text, form_options)
        client = _index_of(form.header, options.client_column) if options.client_column else None
        reader = RowReader(form)
        for record in records:
            try:
                row = reader.read(record.cells) if not record.problem else None
            except RowError:
                row = None
            if row is None:
                counts["refused"] += 1
                continue
            counts["unlabelled"] += not row.category
            yield row, "" if client is None else record.cells[client].strip()


def _index_of(header: tuple[str, ...], name: str) -> int:
    simple = [simplify(column) for column in header]
    if simplify(name) not in simple:
        raise ImpossibleMapping(f'There is no column "{name}" for the clients.')
    return simple.index(simplify(name))


def _to_row(
    row: TransactionRow, client: str, options: HistoryOptions, rules: RuleAnswers, taxonomy: set[str]
) -> Row:
    answer = rules.answer(row)
    return Row(
        example=Example(
            description=row.description,
            memo=row.memo if options.has_memo else "",
            amount=float(row.amount),
            currency=row.currency,
            date=row.date,
            user_key=f"{client}:{row.user_id}" if row.user_id else "",
            client_key=client or "only",
        ),
        category=row.category or "",
        weight=1.0,
        baseline_category=answer if answer in taxonomy else None,
    )
