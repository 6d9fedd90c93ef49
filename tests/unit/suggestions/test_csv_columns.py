import pytest

from suggestions.domain.csv.columns import ImpossibleMapping, map_columns


def mapped(header: str, *, default_currency: bool = True, **chosen: str) -> dict[str, str]:
    names = header.split(",")
    columns = map_columns(names, chosen, has_default_currency=default_currency)
    return {field: names[index] for field, index in columns.items()}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param(
            "external_id,date,description,amount,currency",
            {
                "external_id": "external_id",
                "date": "date",
                "description": "description",
                "amount": "amount",
                "currency": "currency",
            },
            id="our own names",
        ),
        pytest.param(
            "Transaction Date,Details,Withdrawals,Deposits,Balance",
            {
                "date": "Transaction Date",
                "description": "Details",
                "debit": "Withdrawals",
                "credit": "Deposits",
            },
            id="debit and credit",
        ),
        pytest.param(
            "Buchungstag,Verwendungszweck,Betrag,Währung,IBAN",
            {
                "date": "Buchungstag",
                "description": "Verwendungszweck",
                "amount": "Betrag",
                "currency": "Währung",
                "account": "IBAN",
            },
            id="German",
        ),
        pytest.param(
            "Date opération,Libellé,Montant,Devise",
            {"date": "Date opération", "description": "Libellé", "amount": "Montant", "currency": "Devise"},
            id="French",
        ),
        pytest.param(
            " DATE , Payee ,AMOUNT",
            {"date": " DATE ", "description": " Payee ", "amount": "AMOUNT"},
            id="spaces and case",
        ),
        pytest.param(
            "Posting Date,Date,Description,Amount",
            {"date": "Date", "description": "Description", "amount": "Amount"},
            id="the surest name first",
        ),
        pytest.param(
            "Date,Text,Amount,Debit,Credit",
            {"date": "Date", "description": "Text", "amount": "Amount"},
            id="an amount makes debit and credit needless",
        ),
    ],
)
def test_columns__known_names__guessed(header: str, expected: dict[str, str]) -> None:
    assert mapped(header) == expected


def test_columns__chosen__outrank_guesses_and_match_loosely() -> None:
    header = "Date,Value Date,Description,Narrative,Amount"

    columns = mapped(header, date="value date", description="Narrative")

    assert columns == {"date": "Value Date", "description": "Narrative", "amount": "Amount"}


def test_columns__debit_chosen__amount_column_left_alone() -> None:
    columns = mapped("Date,Text,Amount,Out", debit="Out")

    assert columns == {"debit": "Out", "date": "Date", "description": "Text"}


@pytest.mark.parametrize(
    ("header", "chosen", "message"),
    [
        pytest.param("Date,Text,Amount", {}, "--default-currency CODE", id="no currency"),
        pytest.param("a\x1b[2J,b", {}, r"are \"a\?\[2J\", \"b\"", id="control characters"),
        pytest.param("a,b", {}, "--date COLUMN --description COLUMN --amount COLUMN", id="nothing known"),
        pytest.param(
            "Date,Text,Amount,Currency", {"memo": "Note"}, 'no column "Note" for --memo', id="no such"
        ),
        pytest.param(
            "Date,Text,Amount,Currency", {"user_id": "x"}, "--user-id", id="the flag as it is typed"
        ),
    ],
)
def test_columns__impossible__says_what_to_do(header: str, chosen: dict[str, str], message: str) -> None:
    with pytest.raises(ImpossibleMapping, match=message):
        mapped(header, default_currency=False, **chosen)
