"""Find out which column of a CSV file holds what."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

COLUMN_FIELDS: Final = (
    "external_id",
    "user_id",
    "date",
    "description",
    "amount",
    "debit",
    "credit",
    "currency",
    "account",
    "memo",
    "category",
)

# How banks and apps call their columns, the surest name first; compared without case, accents and spaces.
_NAMES: Final[Mapping[str, str]] = {
    "external_id": "externalid transactionid txnid uniqueid fitid id referencenumber reference ref",
    "user_id": "userid enduserid customerid memberid user customer kundennummer",
    "date": "date postingdate posteddate dateposted bookingdate transactiondate completeddate valuedate "
    "buchungstag buchungsdatum datum dateoperation datecomptable fecha data datacontabile boekdatum valuta",
    "description": "description transactiondescription details narrative payee merchant merchantname name "
    "namedescription text beschreibung buchungstext verwendungszweck libelle descripcion concepto "
    "descrizione omschrijving",
    "amount": "amount transactionamount amountcad amountusd amounteur amountgbp value betrag umsatz montant "
    "importe importo bedrag",
    "debit": "debit debitamount withdrawal withdrawals paidout moneyout soll cargo addebiti debet",
    "credit": "credit creditamount deposit deposits paidin moneyin haben abono accrediti",
    "currency": "currency currencycode ccy waehrung wahrung devise moneda divisa",
    "account": "account accountname accountnumber iban konto kontonummer compte cuenta conto rekening",
    "memo": "memo note notes comment comments purpose extendeddetails verwendungszweck notiz",
    "category": "category categoryname label kategorie categorie categoria",
}


class ImpossibleMapping(Exception):
    """The columns do not make transactions; the message says which are missing and what to do."""


def map_columns(
    header: Sequence[str], chosen: Mapping[str, str], *, has_default_currency: bool
) -> dict[str, int]:
    """Return the index of the column of each field: as chosen by name, the others guessed.

    Raises:
        ImpossibleMapping: a chosen column does not exist, or a needed one can be neither found nor guessed.
    """
    columns = {field: _find_chosen(header, field, name) for field, name in chosen.items()}
    wanted = [field for field in COLUMN_FIELDS if field not in columns]
    if "debit" in chosen or "credit" in chosen:
        wanted = [field for field in wanted if field not in ("amount", "debit", "credit")]
    names = [simplify(name) for name in header]
    for field in wanted:
        taken = set(columns.values())
        known = (names.index(name) for name in _NAMES[field].split() if name in names)
        index = next((index for index in known if index not in taken), None)
        if index is not None:
            columns[field] = index
    if "amount" in columns:
        columns = {field: index for field, index in columns.items() if field not in ("debit", "credit")}
    _check(header, columns, has_default_currency)
    return columns


def simplify(name: str) -> str:
    """Return a column's name in small letters and digits alone."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in letters if c.isalnum() and not unicodedata.combining(c))


def show_name(name: str) -> str:
    """Return a column's name fit for a terminal: short, and without control characters."""
    return "".join(c if c.isprintable() else "?" for c in name.strip()[:40])


def _find_chosen(header: Sequence[str], field: str, name: str) -> int:
    stripped = [column.strip() for column in header]
    if name.strip() in stripped:
        return stripped.index(name.strip())
    simple = [simplify(column) for column in header]
    if simplify(name) in simple:
        return simple.index(simplify(name))
    raise ImpossibleMapping(
        f'There is no column "{name}" for {_flag(field)}. The columns are {_list(header)}.'
    )


def _check(header: Sequence[str], columns: Mapping[str, int], has_default_currency: bool) -> None:
    missing = [field for field in ("date", "description") if field not in columns]
    if not {"amount", "debit", "credit"} & columns.keys():
        missing.append("amount")
    if "currency" not in columns and not has_default_currency:
        missing.append("currency")
    if missing:
        advice = " ".join(f"{_flag(field)} COLUMN" for field in missing)
        advice += " (or --debit and --credit)" if "amount" in missing else ""
        advice += " (or --default-currency CODE)" if "currency" in missing else ""
        raise ImpossibleMapping(f"Say which column is which: {advice}. The columns are {_list(header)}.")


def _flag(field: str) -> str:
    return f"--{field.replace('_', '-')}"


def _list(header: Sequence[str]) -> str:
    return ", ".join(f'"{show_name(name)}"' for name in header[:30]) or "none"
