"""Lists of millions are found by indexes, never counted, and never opened where it takes seconds."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console import id_bounds, large_list
from suggestions.admin.transactions import transactions
from suggestions.models import Client, SuggestionEvent, Transaction
from tests.builders import make_client, make_event, make_transaction
from tests.integration.admin.console import Console

pytestmark = pytest.mark.django_db

TRANSACTIONS = "/admin/suggestions/transaction/"
EVENTS = "/admin/suggestions/suggestionevent/"


@pytest.mark.parametrize("name", ["suggestionevent", "transaction", "feedback"])
@pytest.mark.parametrize("is_empty", [True, False])
def test_large_list__any_number_of_rows__says_no_count(
    analyst: Console, world: dict[str, str], name: str, is_empty: bool
) -> None:
    if is_empty:
        Transaction.objects.all().delete()

    page = analyst.browser.get(f"/admin/suggestions/{name}/").content.decode()

    assert "10000" not in page
    assert "Show all" not in page


def found(console: Console, term: str) -> set[str]:
    page = console.browser.get(f"{TRANSACTIONS}?q={term}").content.decode()
    rows = Transaction.objects.values_list("external_id", flat=True)
    return {external_id for external_id in rows if f">{external_id}</a>" in page}


@pytest.mark.parametrize("name", ["suggestionevent", "transaction", "feedback"])
def test_list__page_far_beyond__leads_to_the_last_one_and_says_what_to_do(
    analyst: Console, name: str
) -> None:
    answer = analyst.browser.get(f"/admin/suggestions/{name}/?p=150000&client__id__exact=7")

    assert answer.status_code == 302
    assert answer["Location"] == f"/admin/suggestions/{name}/?p=200&client__id__exact=7"
    assert "filters" in str(next(iter(get_messages(answer.wsgi_request))))


@pytest.mark.parametrize("number", ["9" * 5_000, "9" * 30, "0" * 400 + "201"])
def test_list__page_of_any_length__leads_to_the_last_one(analyst: Console, number: str) -> None:
    assert analyst.browser.get(f"{TRANSACTIONS}?p={number}")["Location"] == f"{TRANSACTIONS}?p=200"


@pytest.mark.parametrize("number", ["200", "1", "-3", "x", "٣"])
def test_list__any_other_page__opens(analyst: Console, number: str) -> None:
    assert analyst.browser.get(f"{TRANSACTIONS}?p={number}", follow=True).status_code == 200


def test_search__exact_ids__found_with_every_client(analyst: Console) -> None:
    alice, bob = make_client(), make_client()
    for client in (alice, bob):
        make_transaction(client, external_id=f"bill-7-{client.pk}", user_id="olga")
    make_transaction(alice, external_id="olga", user_id="somebody")
    make_transaction(alice, external_id="other", user_id="else")

    assert found(analyst, f"bill-7-{bob.pk}") == {f"bill-7-{bob.pk}"}
    assert found(analyst, "olga") == {f"bill-7-{alice.pk}", f"bill-7-{bob.pk}", "olga"}
    assert found(analyst, "bill") == set()


def test_search__user_with_more_than_are_found__shows_the_newest(
    analyst: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "MOST_FOUND", 2)
    client = make_client()
    for number in range(4):
        make_transaction(client, external_id=f"row-{number}", user_id="olga")

    assert found(analyst, "olga") == {"row-2", "row-3"}


def make_events(count: int, **overrides: Any) -> list[int]:
    row = make_transaction(make_client())
    return [make_event(row, **overrides).pk for _ in range(count)]


def events_of(console: Console, query: str) -> tuple[set[int], list[str]]:
    answer = console.browser.get(f"{EVENTS}{query}")
    page = answer.content.decode()
    shown = {pk for pk in SuggestionEvent.objects.values_list("pk", flat=True) if f"{EVENTS}{pk}/" in page}
    return shown, [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.mark.parametrize("query", ["?state__exact=agree", "?source__exact=rule", "?fallback__exact=timeout"])
def test_events__filter_that_no_index_serves__looks_through_the_newest_and_says_so(
    analyst: Console, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr(large_list, "WINDOW", 2)
    made = make_events(5, state="agree", fallback="timeout")

    shown, said = events_of(analyst, query)

    assert shown == set(made[-3:])
    assert said == ["The newest 2 rows were looked through; to see older ones, choose until when."]


def test_events__filter_until_a_day__looks_through_those_before_it(
    analyst: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_list, "WINDOW", 1)
    monkeypatch.setattr(id_bounds, "ID_SLACK", 0)
    made = make_events(6, state="agree")
    for number, pk in enumerate(made):
        moment = datetime(2026, 3, 1 + number, 12, tzinfo=UTC)
        SuggestionEvent.objects.filter(pk=pk).update(created_at=moment)

    until, _ = events_of(analyst, "?state__exact=agree&created_at_to_0=2026-03-03")
    between, _ = events_of(analyst, "?created_at_from_0=2026-03-02&created_at_to_0=2026-03-04")
    later, _ = events_of(analyst, "?created_at_from_0=2026-04-01")

    assert until == set(made[1:3])
    assert between == set(made[1:4])
    assert later == set()


def test_events__no_such_filter__are_all_looked_through(
    analyst: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_list, "WINDOW", 1)
    made = make_events(4)
    client = SuggestionEvent.objects.earliest("pk").client_id

    assert events_of(analyst, "") == (set(made), [])
    assert events_of(analyst, f"?client__id__exact={client}") == (set(made), [])


def test_events__window_that_leaves_nothing_out__is_not_spoken_of(
    analyst: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_list, "WINDOW", 2)
    make_events(2, state="agree")

    assert events_of(analyst, "?state__exact=agree")[1] == []


def test_events__days_within_the_window__are_not_spoken_of(
    analyst: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_list, "WINDOW", 2)
    monkeypatch.setattr(id_bounds, "ID_SLACK", 0)
    made = make_events(5, state="agree")
    SuggestionEvent.objects.filter(pk__in=made[:3]).update(created_at=datetime(2026, 3, 1, tzinfo=UTC))
    today = timezone.localdate().isoformat()

    shown, said = events_of(analyst, f"?state__exact=agree&created_at_from_0={today}")

    assert (shown, said) == (set(made[3:]), [])


@pytest.mark.parametrize("query", ["o=-2.4", "o=4", "o=1.2.3"])
def test_large_list__asked_for_another_order__keeps_that_of_the_primary_key(
    analyst: Console, query: str
) -> None:
    client = make_client()
    made = [make_transaction(client, user_id=user) for user in ("b", "a", "c")]

    page = analyst.browser.get(f"{TRANSACTIONS}?{query}")

    assert list(page.context_data["cl"].result_list) == made[::-1]


@pytest.mark.parametrize("day", ["yesterday", "2026-13-45", "0001-01-01", "9999-12-31"])
def test_events__day_that_is_none__breaks_nothing(analyst: Console, day: str) -> None:
    make_events(1)

    for end in ("from", "to"):
        answer = analyst.browser.get(f"{EVENTS}?created_at_{end}_0={day}", follow=True)

        assert answer.status_code == 200


def test_transactions__of_a_day__are_looked_for_among_the_newest_unless_a_client_is_named(
    analyst: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_list, "WINDOW", 0)
    client = make_client()
    for number in range(3):
        make_transaction(client, external_id=f"row-{number}")
    day = "date_from=2026-03-01&date_to=2026-03-01"

    def rows(query: str) -> int:
        page = analyst.browser.get(f"{TRANSACTIONS}?{query}").content.decode()
        return sum(f">row-{number}</a>" in page for number in range(3))

    assert rows(day) == 1
    assert rows(f"q=+&{day}") == 1
    assert rows("user_id__exact=user-1") == 1
    assert rows(f"{day}&client__id__exact={client.pk}") == 3


@pytest.fixture
def many_rows(db: None) -> Client:
    # The planner chooses by what it knows of the rows: of an empty table it knows nothing.
    clients = [make_client() for _ in range(5)]
    Transaction.objects.bulk_create(
        (
            Transaction(
                client=clients[n % 5],
                external_id=f"t{n}",
                user_id=f"user-{n % 500}",
                description="SHOP",
                amount=-1,
                currency="CAD",
                date="2026-03-01",
            )
            for n in range(10_000)
        ),
        batch_size=2_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE suggestions_transaction")
    return clients[0]


@pytest.mark.parametrize("term", ["t77", "user-77", "nobody"])
def test_search__many_rows__is_served_by_indexes(analyst: Console, many_rows: Client, term: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        analyst.browser.get(f"{TRANSACTIONS}?q={term}")

    plans = [plan_of(query["sql"]) for query in captured if "suggestions_transaction" in query["sql"]]
    assert len(plans) >= 2
    assert not [plan for plan in plans if "Seq Scan on suggestions_transaction" in plan]


def plan_of(sql: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(row[0] for row in cursor.fetchall())
