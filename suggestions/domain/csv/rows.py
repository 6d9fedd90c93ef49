"""Turn the cells of a CSV record into a checked transaction."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from suggestions.domain.statement_values import read_amount, read_date
from suggestions.domain.transaction_row import RowError, TransactionRow, parse_row

_TEXT_FIELDS: Final = ("external_id", "user_id", "description", "currency", "account", "memo", "category")
_IDENTITY: Final = ("user_id", "date", "description", "amount", "currency", "account", "memo")


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How the cells of a file are read."""

    header: tuple[str, ...]
    columns: Mapping[str, int]
    """Index of the column by field."""
    date_format: str
    decimal_comma: bool
    default_currency: str | None = None
    """For rows without a currency; None: they are refused."""
    invert_amount: bool = False
    """The file writes money out as positive."""


class RowReader:
    """Reads the rows of one file, whose order numbers the rows that are alike."""

    def __init__(self, form: CsvForm) -> None:
        self._form = form
        self._texts = [(name, form.columns[name]) for name in _TEXT_FIELDS if name in form.columns]
        self._seen: Counter[bytes] = Counter()

    def read(self, cells: Sequence[str]) -> TransactionRow:
        """Read one record. An empty cell says nothing: a category known already stays.

        Raises:
            RowError: naming the field that is wrong.
        """
        form = self._form
        values: dict[str, object] = {
            name: cells[index] for name, index in self._texts if cells[index].strip()
        }
        values["date"] = read_date(cells[form.columns["date"]].strip(), form.date_format)
        amount = _read_amount(cells, form)
        values["amount"] = -amount if form.invert_amount else amount
        if form.default_currency is not None:
            values.setdefault("currency", form.default_currency)
        if "external_id" not in form.columns:
            values["external_id"] = self._fingerprint(values)
        return parse_row(values)

    def _fingerprint(self, values: Mapping[str, object]) -> str:
        # Rows that are alike get numbers, so that two coffees at one price on one day stay two transactions,
        # and the same file imported again gives the same ids.
        content = "\x1f".join(str(values.get(name, "")).strip() for name in _IDENTITY)
        digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()[:16]
        self._seen[digest] += 1
        number = self._seen[digest]
        return f"csv-{digest.hex()}" + (f"-{number}" if number > 1 else "")


def _read_amount(cells: Sequence[str], form: CsvForm) -> Decimal:
    columns = form.columns
    if "amount" in columns:
        return read_amount(cells[columns["amount"]], decimal_comma=form.decimal_comma)
    sides = {
        name: read_amount(cells[columns[name]], decimal_comma=form.decimal_comma)
        for name in ("debit", "credit")
        if name in columns and cells[columns[name]].strip()
    }
    filled = {name: amount for name, amount in sides.items() if amount}
    if len(filled) > 1:
        raise RowError("amount", "ambiguous", "has both a debit and a credit: leave one of them empty")
    if not sides:
        raise RowError("amount", "required", "has neither a debit nor a credit")
    if "debit" in filled:
        return -abs(filled["debit"])
    return abs(filled.get("credit", Decimal("0.00")))
