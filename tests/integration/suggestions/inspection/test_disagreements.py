import csv
from contextlib import redirect_stdout
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from suggestions.models import Client, SuggestionEvent
from tests.api_client import ApiCaller
from tests.builders import make_event, make_transaction

pytestmark = pytest.mark.django_db


@pytest.fixture
def disagreement(alice: Client) -> SuggestionEvent:
    make_event(make_transaction(alice), state="agree", model_category="Restaurants")
    row = make_transaction(alice, description="=HYPERLINK(1)", category="Fuel")
    return make_event(
        row, state="disagree", model_category="Fuel", model_confidence=0.7, is_merchant_seen=False
    )


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def test_list__disagreements_only__without_descriptions_for_an_analyst(
    callers: dict[str, ApiCaller], disagreement: SuggestionEvent
) -> None:
    results = callers["analyst"].get("/ml/disagreements").json()["results"]

    assert [(row["event_id"], row["rule_category"], row["model_category"]) for row in results] == [
        (disagreement.pk, "Restaurants", "Fuel")
    ]
    assert (results[0]["description"], results[0]["known_category"]) == ("", "Fuel")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"category": "Fuel"}, 1),
        ({"category": "Groceries"}, 0),
        ({"merchant": "hyperlink"}, 1),
        ({"merchant": "tim"}, 0),
        ({"rule_category": "Restaurants", "model_category": "Fuel"}, 1),
        ({"rule_category": "Fuel"}, 0),
        ({"model_category": "Restaurants"}, 0),
        ({"merchant_key": "hyperlink 1"}, 1),
        ({"merchant_key": "hyperlink"}, 0),
        ({"is_merchant_seen": "false"}, 1),
        ({"is_merchant_seen": "true"}, 0),
        ({"min_confidence": 0.7}, 1),
        ({"min_confidence": 0.71}, 0),
        ({"client": "alice's app"}, 1),
        ({"client": "bob's app"}, 0),
        ({"model_version": 99}, 0),
        ({"date_to": (timezone.now() - timedelta(days=2)).date()}, 0),
        ({"date_from": (timezone.now() - timedelta(days=2)).date()}, 1),
    ],
)
def test_list__filters__narrow_it(
    callers: dict[str, ApiCaller], disagreement: SuggestionEvent, query: dict[str, Any], found: int
) -> None:
    assert len(callers["admin"].get("/ml/disagreements", **query).json()["results"]) == found


@pytest.mark.parametrize(("part", "found"), [("hyperlink", 1), ("=hyperlink", 0), ("(1)", 0)])
@pytest.mark.parametrize("role", ["analyst", "operator"])
def test_list__role_that_reads_no_descriptions__searches_merchants_alone(
    callers: dict[str, ApiCaller], disagreement: SuggestionEvent, role: str, part: str, found: int
) -> None:
    caller = callers[role]
    file = caller.get("/ml/disagreements.csv", merchant=part).getvalue().decode()

    assert len(caller.get("/ml/disagreements", merchant=part).json()["results"]) == found
    assert len(rows_of(file)) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"date_from": "2026-03-01", "date_to": "2026-03-01"}, 2),
        ({"date_to": "2026-02-28"}, 0),
        ({"date_from": "2026-03-02"}, 0),
    ],
)
def test_list__days__are_meant_from_their_first_to_their_last_moment(
    callers: dict[str, ApiCaller], disagreement: SuggestionEvent, query: dict[str, Any], found: int
) -> None:
    other = make_event(disagreement.transaction, state="disagree", model_category="Fuel")
    for event, moment in ((disagreement, time.min), (other, time.max)):
        at = datetime.combine(date(2026, 3, 1), moment, tzinfo=UTC)
        SuggestionEvent.objects.filter(pk=event.pk).update(created_at=at)

    assert len(callers["admin"].get("/ml/disagreements", **query).json()["results"]) == found


@pytest.mark.parametrize(
    ("flags", "found"),
    [
        (["--rule-category", "Restaurants", "--model-category", "Fuel"], 1),
        (["--model-category", "Restaurants"], 0),
        (["--merchant-key", "hyper"], 0),
        (["--unseen", "--min-confidence", "0.7", "--client", "alice's app"], 1),
        (["--seen"], 0),
        (["--min-confidence", "0.71"], 0),
    ],
)
def test_command__filters__narrow_it(disagreement: SuggestionEvent, flags: list[str], found: int) -> None:
    lines, said = StringIO(), StringIO()

    with redirect_stdout(lines):
        call_command("export_disagreements", *flags, stderr=said)

    assert len(rows_of(lines.getvalue())) == found
    assert f"{found} disagreements written" in said.getvalue()


@pytest.mark.parametrize("text", ["1.1", "-0.1", "nan", "much"])
def test_command__no_confidence__says_what_one_is(text: str) -> None:
    with pytest.raises(CommandError, match="give a number from 0 to 1"):
        call_command("export_disagreements", f"--min-confidence={text}")


def test_csv__for_an_admin__streams_descriptions_no_spreadsheet_runs(
    callers: dict[str, ApiCaller], disagreement: SuggestionEvent
) -> None:
    response = callers["admin"].get("/ml/disagreements.csv")

    [row] = rows_of(response.getvalue().decode())
    assert response.streaming
    assert (row["description"], row["amount"]) == ("'=HYPERLINK(1)", "-4.50")


def test_csv__for_an_operator__has_no_description(
    callers: dict[str, ApiCaller], disagreement: SuggestionEvent
) -> None:
    [row] = rows_of(callers["operator"].get("/ml/disagreements.csv").getvalue().decode())

    assert row["description"] == ""


def test_command__to_a_file__writes_the_same(tmp_path: Path, disagreement: SuggestionEvent) -> None:
    target = tmp_path / "out.csv"

    call_command("export_disagreements", "--output", str(target), "--with-descriptions", stderr=StringIO())

    assert [row["event_id"] for row in rows_of(target.read_text())] == [str(disagreement.pk)]


def test_csv__any_number_of_rows__same_number_of_queries(
    callers: dict[str, ApiCaller], alice: Client, django_assert_num_queries: Any
) -> None:
    for _ in range(30):
        make_event(make_transaction(alice), state="disagree")
    caller = callers["admin"]

    with django_assert_num_queries(5):  # the key, the role, two for the permission, the events
        assert len(rows_of(caller.get("/ml/disagreements.csv").getvalue().decode())) == 30
