from datetime import date
from pathlib import Path

import pytest

from bench.history import History, HistoryOptions, read_history
from bench.starter import StarterRules
from mlmodels.domain.types import Example
from suggestions.domain.csv.columns import ImpossibleMapping

FILE = """date,description,amount,currency,user_id,memo,category,account,bank
2026-01-03,SHELL 12,-30.00,EUR,anna,tank,Fuel,Car,north
2026-01-01,ALDI,-20.00,EUR,anna,,Groceries,Food,north
2026-01-02,ZOO,-9.00,EUR,bert,trip,Fun,,south
2026-01-02,NOBODY KNOWS,-9.00,EUR,bert,,,Else,south
2026-01-04,LIDL,much,EUR,anna,,Groceries,Food,north
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "bank.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def read(path: Path, **options: object) -> History:
    return read_history(path, HistoryOptions(**options), StarterRules())  # type: ignore[arg-type]


def test_read_history__a_file__labelled_rows_by_date_and_the_rest_counted(path: Path) -> None:
    history = read(path)

    assert [row.example.description for row in history.rows] == ["ALDI", "ZOO", "SHELL 12"]
    assert [row.category for row in history.rows] == ["Groceries", "Fun", "Fuel"]
    assert history.tenants == ["anna", "bert", "anna"]
    assert (history.unlabelled, history.refused) == (1, 1)


def test_read_history__a_row__everything_a_model_is_told(path: Path) -> None:
    newest = read(path).rows[-1]

    assert newest.example == Example(
        description="SHELL 12",
        memo="tank",
        amount=-30.0,
        currency="EUR",
        date=date(2026, 1, 3),
        user_key=":anna",
        client_key="only",
    )
    assert newest.weight == 1.0


def test_read_history__days_in_front_of_months__by_date_and_within_a_day_as_in_the_file(
    tmp_path: Path,
) -> None:
    path = tmp_path / "bank.csv"
    lines = ["2/3/2026,B", "2/3/2026,A", "13/1/2026,C", "1/3/2026,D"]
    rows = "".join(f"{line},-1.00,EUR,Fun\n" for line in lines)
    path.write_text(f"date,description,amount,currency,category\n{rows}", encoding="utf-8")

    found = [(row.example.date, row.example.description) for row in read(path).rows]

    march = date(2026, 3, 2)
    assert found == [(date(2026, 1, 13), "C"), (date(2026, 3, 1), "D"), (march, "B"), (march, "A")]


def test_read_history__starter_rules__answer_where_the_file_has_their_category(path: Path) -> None:
    assert [row.baseline_category for row in read(path).rows] == ["Groceries", None, "Fuel"]
    assert [row.baseline_category for row in read(path, target="account").rows] == [None] * 3


def test_read_history__another_target__its_column_is_the_category(path: Path) -> None:
    assert [row.category for row in read(path, target="account").rows] == ["Food", "Else", "Car"]


@pytest.mark.parametrize(
    ("has_memo", "memos"),
    [pytest.param(True, ["", "trip", "tank"], id="with"), pytest.param(False, ["", "", ""], id="without")],
)
def test_read_history__memo__as_asked(path: Path, has_memo: bool, memos: list[str]) -> None:
    assert [row.example.memo for row in read(path, has_memo=has_memo).rows] == memos


def test_read_history__limit__the_newest(path: Path) -> None:
    assert [row.category for row in read(path, limit=2).rows] == ["Fun", "Fuel"]


def test_read_history__client_column__tenants_are_clients_and_users_stay_apart(path: Path) -> None:
    history = read(path, client_column="bank")

    assert history.tenants == ["north", "south", "north"]
    assert [row.example.user_key for row in history.rows] == ["north:anna", "south:bert", "north:anna"]


def test_read_history__no_such_client_column__said(path: Path) -> None:
    with pytest.raises(ImpossibleMapping, match="branch"):
        read(path, client_column="branch")
