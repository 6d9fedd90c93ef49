"""manage.py import_transactions: a bank's CSV file into the transactions of a client."""

import argparse
import codecs
import contextlib
import csv
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from console.progress import Advance, shown_progress
from suggestions.csv_import import (
    BadRow,
    CsvForm,
    CsvOptions,
    ImportListener,
    ImportSummary,
    ImpossibleMapping,
    import_csv,
)
from suggestions.domain.csv.columns import COLUMN_FIELDS, show_name
from suggestions.management.new_client import create_client
from suggestions.models import Client

SHOWN_BAD_ROWS: Final = 20
EPILOG: Final = (
    "Columns are guessed from their names where no flag says which is which. Without a column of external "
    "ids, ids are made from the content of each row, so that the same file imported again changes nothing. "
    "A bad row is reported with its line and left out; the rest is imported. "
    "Exit status: 0 when anything was imported, 1 when nothing could be."
)


class Command(BaseCommand):
    """Import transactions from a CSV file: insert new ones, update known ones by external id."""

    help = f"{__doc__} {EPILOG}"

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the file, whose it is, which column is which, and how values are written."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--client", help="the client the transactions belong to; not needed for --dry-run"
        )
        parser.add_argument("--create-client", action="store_true", help="create the client if there is none")
        for field in COLUMN_FIELDS:
            parser.add_argument(f"--{field.replace('_', '-')}", metavar="COLUMN", dest=field)
        parser.add_argument(
            "--default-currency", metavar="CODE", help="for rows without a currency, such as CAD"
        )
        parser.add_argument("--delimiter", type=_delimiter, help="one character, or the word tab")
        parser.add_argument("--encoding", type=_encoding, help="such as cp1252")
        parser.add_argument("--date-format", help="such as %%d.%%m.%%Y")
        parser.add_argument("--decimal-comma", action=argparse.BooleanOptionalAction, default=None)
        parser.add_argument("--invert-amount", action="store_true", help="the file has money out as positive")
        parser.add_argument("--dry-run", action="store_true", help="check every row, import none")
        parser.add_argument(
            "--batch", type=_batch, default=5_000, help="rows a database transaction (default 5000)"
        )
        parser.add_argument("--errors", type=Path, metavar="FILE", help="write all bad rows there, as CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file and say what became of its rows."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        client = self._find_client(options)
        started = time.monotonic()
        with (
            _bad_row_file(options["errors"]) as write_bad_row,
            shown_progress("Importing", path.stat().st_size, self.stdout) as report,
        ):
            listener = self._listen(report, write_bad_row)
            try:
                summary = import_csv(path, client, _to_csv_options(options), listener)
            except (ImpossibleMapping, OSError, UnicodeError) as error:
                raise CommandError(str(error)) from None
        self._conclude(summary, time.monotonic() - started, options["errors"])

    def _find_client(self, options: dict[str, Any]) -> Client | None:
        name = options["client"]
        if options["dry_run"]:
            return None
        if not name:
            raise CommandError("Say whose transactions these are: --client NAME.")
        client = Client.objects.filter(name=name).first()
        if client is not None:
            return client
        if not options["create_client"]:
            raise CommandError(f'There is no client "{name}": add --create-client to create it.')
        return create_client(name)

    def _listen(self, report: Advance, write_bad_row: Any) -> ImportListener:
        shown = 0

        def on_bad_row(row: BadRow) -> None:
            nonlocal shown
            write_bad_row(row)
            shown += 1
            if shown <= SHOWN_BAD_ROWS:
                where = f"{row.field}: " if row.field else ""
                self.stderr.write(f"Line {row.line}: {where}{row.detail}")

        def on_progress(done: int, summary: ImportSummary) -> None:
            report(done, f"{summary.read:,} rows")

        return ImportListener(self._show_form, on_bad_row, on_progress)

    def _show_form(self, form: CsvForm) -> None:
        columns = ", ".join(
            f'{name} ← "{show_name(form.header[index])}"' for name, index in form.columns.items()
        )
        decimals = "comma" if form.decimal_comma else "point"
        self.stdout.write(f"Columns: {columns}. Dates: {form.date_format}. Decimal {decimals}.")

    def _conclude(self, summary: ImportSummary, seconds: float, errors: Path | None) -> None:
        if summary.failed > SHOWN_BAD_ROWS:
            where = f"all of them are in {errors}" if errors else "--errors FILE writes all of them"
            self.stderr.write(f"{summary.failed - SHOWN_BAD_ROWS:,} more bad rows; {where}.")
        good = summary.read - summary.failed
        repeated = f", {summary.repeated:,} repeated" if summary.repeated else ""
        done = (
            f"{summary.checked:,} could be imported (dry run: nothing was)"
            if summary.checked
            else f"{summary.created:,} created, {summary.updated:,} updated{repeated}"
        )
        self.stdout.write(
            f"{summary.read:,} rows read: {done}, {summary.failed:,} failed; "
            f"{seconds:.1f} s, {summary.read / max(seconds, 1e-3):,.0f} rows/s."
        )
        if summary.read and not good:
            raise CommandError("Nothing was imported: no row could be read.")


def _to_csv_options(options: dict[str, Any]) -> CsvOptions:
    return CsvOptions(
        columns={field: options[field] for field in COLUMN_FIELDS if options[field]},
        default_currency=options["default_currency"],
        delimiter=options["delimiter"],
        encoding=options["encoding"],
        date_format=options["date_format"],
        decimal_comma=options["decimal_comma"],
        invert_amount=options["invert_amount"],
        batch=options["batch"],
    )


@contextlib.contextmanager
def _bad_row_file(path: Path | None) -> Iterator[Any]:
    if path is None:
        yield lambda row: None
        return
    try:
        file = path.open("w", newline="", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"Cannot write {path}: {error.strerror}.") from None
    with file:
        writer = csv.writer(file)
        writer.writerow(["line", "field", "code", "detail"])
        yield lambda row: writer.writerow([row.line, row.field, row.code, row.detail])


def _delimiter(text: str) -> str:
    character = "\t" if text in ("tab", "\\t") else text
    if len(character) != 1:
        raise argparse.ArgumentTypeError("must be one character, or the word tab")
    return character


def _encoding(text: str) -> str:
    try:
        # Some codecs read no text, or cannot pass over what they do not understand.
        b"a".decode(text, "replace")
    except (LookupError, UnicodeError):
        raise argparse.ArgumentTypeError(f"{text} is no encoding that is known here") from None
    return codecs.lookup(text).name


def _batch(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 50_000:
        raise argparse.ArgumentTypeError("must be between 1 and 50,000")
    return number
