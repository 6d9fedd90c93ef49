import csv
import io
import re
import tracemalloc
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from suggestions.models import Client, Transaction
from tests.builders import make_client
from tests.interleaving import before_insert_into, let_in

pytestmark = pytest.mark.django_db

HEADER = "external_id,user_id,date,description,amount,currency,memo,category,account\n"
GOOD = "a1,u1,2026-01-30,TIM HORTONS #12,-4.50,CAD,,Restaurants,card\n"


def run(path: Path, *arguments: str) -> tuple[str, str]:
    out, errors = io.StringIO(), io.StringIO()
    call_command("import_transactions", str(path), *arguments, stdout=out, stderr=errors)
    return out.getvalue(), errors.getvalue()


@pytest.fixture
def write(tmp_path: Path):  # type: ignore[no-untyped-def]
    def _write(content: str | bytes, name: str = "bank.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return _write


def test_import__good_file__all_fields_stored(write, alice: Client) -> None:
    path = write(HEADER + GOOD + 'a2,"u,2",2026-01-31,"SHOP ""A""\nLINE 2",12.5,usd,note,,\n')

    out, errors = run(path, "--client", alice.name)

    first, second = alice.transactions.order_by("external_id")
    assert (first.user_id, first.description, first.amount) == ("u1", "TIM HORTONS #12", Decimal("-4.50"))
    assert (first.date.isoformat(), first.currency, first.category) == ("2026-01-30", "CAD", "Restaurants")
    assert (second.user_id, second.description) == ("u,2", 'SHOP "A"\nLINE 2')
    assert (second.amount, second.currency, second.memo) == (Decimal("12.50"), "USD", "note")
    assert "2 rows read: 2 created, 0 updated, 0 failed" in out
    assert errors == ""


def test_import__bad_rows__reported_by_line_and_the_rest_imported(
    write, alice: Client, tmp_path: Path
) -> None:
    rows = [
        "b1,u1,2026-01-30,SHOP,NaN,CAD,,,",
        "b2,u1,2026-01-30,SHOP,1e400,CAD,,,",
        "b3,u1,2026-01-30,SH\x00OP,-1,CAD,,,",
        'b4,u1,2026-01-30,"SHOP\nWITH BREAK",-1,EURO,,,',
        "b5,u1,30/01/2026,SHOP,-1,CAD,,,",
        "b6,u1,2026-01-30,SHOP,-1",
        'b7,u1,2026-01-30,"SHOP,-1,CAD,,,',
    ]
    path = write(HEADER + "\n".join(rows) + "\n" + GOOD)

    out, errors = run(path, "--client", alice.name, "--errors", str(tmp_path / "bad.csv"))

    assert list(alice.transactions.values_list("external_id", flat=True)) == ["a1"]
    assert re.findall(r"Line (\d+): (\w+)", errors) == [
        ("2", "amount"),
        ("3", "amount"),
        ("4", "description"),
        ("5", "currency"),
        ("7", "date"),
        ("8", "5"),
        ("9", "a"),
    ]
    assert "8 rows read: 1 created, 0 updated, 7 failed" in out
    with (tmp_path / "bad.csv").open(newline="") as file:
        report = list(csv.DictReader(file))
    assert [(row["line"], row["field"]) for row in report][3:6] == [
        ("5", "currency"),
        ("7", "date"),
        ("8", ""),
    ]
    assert "SHOP" not in errors + str(report)


def test_import__endless_cell_near_the_start__costs_one_row(write, alice: Client) -> None:
    path = write(HEADER + f'b1,u1,2026-01-30,"{"A" * 300_000}",-1,CAD,,,\n' + GOOD)

    out, errors = run(path, "--client", alice.name)

    assert "2 rows read: 1 created, 0 updated, 1 failed" in out
    assert "Line 2" in errors


def test_import__same_file_again__updates_and_adds_nothing(write, alice: Client) -> None:
    coffee = "2026-01-30,COFFEE,-3.50\n"
    path = write("Date,Description,Amount\n" + coffee + coffee + "2026-01-30,TEA,-3.00\n")
    arguments = ("--client", alice.name, "--default-currency", "CAD")

    first, _ = run(path, *arguments)
    before = list(alice.transactions.order_by("id").values("id", "external_id", "description", "amount"))
    second, _ = run(path, *arguments)

    assert "3 created, 0 updated" in first
    assert "0 created, 3 updated" in second
    assert (
        list(alice.transactions.order_by("id").values("id", "external_id", "description", "amount")) == before
    )
    assert len(before) == 3


def test_import__known_id__row_replaced_and_its_category_kept(write, alice: Client) -> None:
    run(write(HEADER + GOOD), "--client", alice.name)

    run(write(HEADER + "a1,u1,2026-01-30,TIM HORTONS,-5,CAD,,,\n"), "--client", alice.name)

    row = alice.transactions.get()
    assert (row.description, row.amount, row.category) == ("TIM HORTONS", Decimal("-5.00"), "Restaurants")


def test_import__repeated_id_in_a_batch__last_counts_and_is_said(write, alice: Client) -> None:
    path = write(HEADER + GOOD + GOOD.replace("-4.50", "-9.00"))

    out, _ = run(path, "--client", alice.name)

    assert alice.transactions.get().amount == Decimal("-9.00")
    assert "2 rows read: 1 created, 0 updated, 1 repeated, 0 failed" in out


def test_import__bank_form__guessed(write, alice: Client) -> None:
    content = (
        "Buchungstag;Verwendungszweck;Soll;Haben;Währung\r\n"
        "31.01.2026;Bäckerei Müller;1.234,50;;EUR\r\n"
        "01.02.2026;Gehalt;;2.000,00;EUR\r\n"
    )

    out, _ = run(write(content.encode("cp1252")), "--client", alice.name)

    rows = alice.transactions.order_by("date").values_list("description", "amount")
    assert list(rows) == [("Bäckerei Müller", Decimal("-1234.50")), ("Gehalt", Decimal("2000.00"))]
    assert "Dates: %d.%m.%Y. Decimal comma." in out


def test_import__columns_said__used(write, alice: Client) -> None:
    path = write("when|what|how much|who\n02/03/2026|SHOP|4.50|u9\n")
    flags = ["--date", "when", "--description", "what", "--amount", "how much", "--user-id", "who"]
    form = ["--delimiter", "|", "--date-format", "%d/%m/%Y", "--invert-amount", "--default-currency", "GBP"]

    run(path, "--client", alice.name, *flags, *form)

    row = alice.transactions.get()
    assert (row.date.isoformat(), row.description, row.amount) == ("2026-03-02", "SHOP", Decimal("-4.50"))
    assert (row.user_id, row.currency) == ("u9", "GBP")


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        pytest.param("", (), "file is empty", id="empty file"),
        pytest.param("a,b\n1,2\n", (), "--date COLUMN", id="unknown columns"),
        pytest.param("Date,Text,Amount\n2026-01-01,S,1\n", (), "--default-currency", id="no currency"),
        pytest.param(
            "Date,Text,Amount,Currency\n01/02/2026,S,1,CAD\n", (), "--date-format", id="ambiguous dates"
        ),
        pytest.param(HEADER + GOOD, ("--memo", "nothing"), 'no column "nothing"', id="unknown column said"),
        pytest.param(HEADER + GOOD.replace("-4.50", "x"), (), "no row could be read", id="no good row"),
        pytest.param(HEADER + GOOD, ("--encoding", "rot13"), "no encoding", id="a codec of no text"),
        pytest.param(HEADER + GOOD, ("--encoding", "utf-16"), "BOM", id="another encoding than said"),
    ],
)
def test_import__impossible__fails_with_advice_and_stores_nothing(
    write, alice: Client, content: str, arguments: tuple[str, ...], message: str
) -> None:
    with pytest.raises(CommandError, match=re.escape(message)):
        run(write(content), "--client", alice.name, *arguments)

    assert not Transaction.objects.exists()


def test_import__no_such_file__says_so(alice: Client, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no file .*missing\.csv"):
        run(tmp_path / "missing.csv", "--client", alice.name)


def test_import__client__must_exist_or_be_created(write, db: None) -> None:
    path = write(HEADER + GOOD)

    with pytest.raises(CommandError, match="--create-client"):
        run(path, "--client", "New bank")
    with pytest.raises(CommandError, match="--client NAME"):
        run(path)
    with pytest.raises(CommandError, match="100 characters"):
        run(path, "--client", "x" * 101, "--create-client")
    run(path, "--client", "New bank", "--create-client")

    assert Client.objects.get(name="New bank").transactions.count() == 1
    assert list(Client.objects.get(name="New bank").categories.values_list("name", flat=True)) == [
        "Restaurants"
    ]


def test_import__dry_run__checks_and_stores_nothing(write, db: None) -> None:
    out, errors = run(write(HEADER + GOOD + "b,u,x,S,1,CAD,,,\n"), "--dry-run")

    assert "2 rows read: 1 could be imported (dry run: nothing was), 1 failed" in out
    assert "Line 3: date" in errors
    assert not Transaction.objects.exists()


def test_import__many_bad_rows__first_shown_and_the_rest_counted(write, alice: Client) -> None:
    path = write(HEADER + GOOD + "b,u,x,S,1,CAD,,,\n" * 50)

    _, errors = run(path, "--client", alice.name)

    assert errors.count("Line ") == 20
    assert "30 more bad rows; --errors FILE writes all of them" in errors


def test_import__several_batches__all_stored_once(write, alice: Client) -> None:
    rows = "".join(f"r{n},u{n % 7},2026-01-30,SHOP {n},-1.25,CAD,,Food,\n" for n in range(2_345))

    out, _ = run(write(HEADER + rows), "--client", alice.name, "--batch", "500")

    assert alice.transactions.count() == 2_345
    assert "2,345 rows read: 2,345 created" in out


def test_import__ten_times_the_rows__no_more_memory(write, db: None) -> None:
    def peak(rows: int) -> int:
        lines = (f"r{n},u1,2026-01-30,SHOP {n},-1.25,CAD,,Food,\n" for n in range(rows))
        path = write(HEADER + "".join(lines), f"{rows}.csv")
        tracemalloc.start()
        run(path, "--dry-run", "--batch", "1000")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(3_000)

    assert peak(40_000) < 1.3 * peak(4_000)


@pytest.mark.django_db(transaction=True)
def test_import__client_created_elsewhere_after_the_look__is_refused(write) -> None:  # type: ignore[no-untyped-def]
    path = write(HEADER + GOOD)

    with (
        let_in(lambda: make_client(name="bank"), before=before_insert_into("suggestions_client")),
        pytest.raises(CommandError, match=r"Client with this Name already exists\."),
    ):
        run(path, "--client", "bank", "--create-client")

    assert not Transaction.objects.exists()
