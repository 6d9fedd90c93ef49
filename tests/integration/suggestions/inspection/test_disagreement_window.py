"""A window of disagreements: bounded, in order, and served by the indexes it names."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from console.id_bounds import id_since
from suggestions.inspection.disagreement_window import PAGE, read_groups, read_page
from suggestions.inspection.disagreements import DisagreementFilter
from suggestions.models import Client, SuggestionEvent
from tests.builders import make_event, make_transaction

pytestmark = pytest.mark.django_db


def disagree(client: Client, **overrides: Any) -> SuggestionEvent:
    values = {"state": "disagree", "model_category": "Fuel", "model_confidence": 0.7}
    return make_event(make_transaction(client, **overrides.pop("row", {})), **values | overrides)


def test_page__more_than_fit__goes_on_below_the_last_id(alice: Client) -> None:
    made = [disagree(alice).pk for _ in range(PAGE + 3)]
    make_event(make_transaction(alice), state="agree")

    first = read_page(DisagreementFilter())
    second = read_page(DisagreementFilter(), before=first.next_before)

    assert [event.pk for event in (*first.events, *second.events)] == made[::-1]
    assert (len(first.events), second.next_before, second.is_cut) == (PAGE, None, False)


def test_page__filter_that_leaves_little__looks_no_further_than_the_window_and_says_so(alice: Client) -> None:
    old = disagree(alice, row={"description": "CITY FUEL"})
    for _ in range(4):
        disagree(alice)
    wanted = DisagreementFilter(merchant="fuel")

    first = read_page(wanted, looked_at=4)
    second = read_page(wanted, before=first.next_before, looked_at=4)

    assert (first.events, first.is_cut) == ([], True)
    assert ([event.pk for event in second.events], second.is_cut) == ([old.pk], False)


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(DisagreementFilter(rule_category="Restaurants", model_category="Bars"), id="pair"),
        pytest.param(DisagreementFilter(client="bob's app"), id="client"),
    ],
)
def test_page__pair_or_client__the_window_is_of_those(
    alice: Client, bob: Client, wanted: DisagreementFilter
) -> None:
    wanted_event = disagree(bob, model_category="Bars")
    for _ in range(4):
        disagree(alice)

    page = read_page(wanted, looked_at=2)

    assert [event.pk for event in page.events] == [wanted_event.pk]


def test_groups__alike_ones__are_counted_together_with_what_is_known(alice: Client) -> None:
    for category in ("", "Fuel", "Fuel"):
        disagree(alice, row={"category": category})
    disagree(alice, row={"category": "Fuel", "feedback_category": "Coffee"})

    found = read_groups(DisagreementFilter())

    counts = {group.known_category: group.size for group in found.groups}
    assert counts == {"": 1, "Fuel": 2, "Coffee": 1}
    assert {(group.merchant, group.client_id) for group in found.groups} == {("tim hortons", alice.pk)}
    assert (found.count, found.is_cut) == (4, False)


def test_groups__more_than_are_looked_at__says_so(alice: Client) -> None:
    for _ in range(3):
        disagree(alice)

    found = read_groups(DisagreementFilter(), looked_at=2)

    assert (found.count, found.is_cut) == (2, True)


@pytest.mark.parametrize(
    ("wanted", "days"),
    [
        (DisagreementFilter(date_from=date(2026, 3, 2)), [3, 2]),
        (DisagreementFilter(date_to=date(2026, 3, 2)), [2, 1]),
        (DisagreementFilter(date_from=date(2026, 3, 2), date_to=date(2026, 3, 2)), [2]),
        (DisagreementFilter(date_from=date(2026, 3, 4)), []),
        (DisagreementFilter(date_to=date(2026, 2, 28)), []),
    ],
)
def test_page__days__are_those_asked_for(alice: Client, wanted: DisagreementFilter, days: list[int]) -> None:
    for day in (1, 2, 3):
        SuggestionEvent.objects.filter(pk=disagree(alice).pk).update(
            created_at=datetime(2026, 3, day, 12, tzinfo=UTC)
        )

    assert [event.created_at.day for event in read_page(wanted).events] == days
    assert read_groups(wanted).count == len(days)


def _fill_with_events_of(alice: Client) -> None:
    # The planner chooses between indexes by what it knows of the rows: of an empty table it knows nothing.
    # One in a hundred is alice's, one in a hundred of each pair.
    others = Client.objects.bulk_create(Client(name=f"other {n}") for n in range(99))
    owners = [alice, *others]
    row = make_transaction(alice)
    categories = ("Restaurants", "Fuel", *(f"category {n}" for n in range(8)))
    events = SuggestionEvent.objects.bulk_create(
        SuggestionEvent(
            transaction=row,
            client=owners[n % 100],
            rule_category=categories[n % 10],
            rule_confidence=0.9,
            model_category=categories[n // 10 % 10],
            state="agree" if n // 100 % 3 else "disagree",
            source="rule",
            rollout_version=0,
            percentage=0,
        )
        for n in range(6_000)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE suggestions_suggestionevent SET created_at = now() - interval '1 minute' * (%s - id)",
            [events[-1].pk],
        )
        cursor.execute("ANALYZE suggestions_suggestionevent")


@pytest.mark.parametrize(
    ("wanted", "indexes"),
    [
        (DisagreementFilter(merchant="tim"), {"event_disagreements"}),
        (
            DisagreementFilter(rule_category="Restaurants", model_category="Fuel"),
            {"disagreement_by_pair"},
        ),
        (DisagreementFilter(client="alice's app", model_version=7), {"disagreement_by_client"}),
        (DisagreementFilter(date_from=date(2026, 3, 2)), {"event_disagreements", "event_by_time"}),
    ],
    ids=["any", "pair", "client", "days"],
)
def test_queries__each__walk_the_index_that_is_named(
    alice: Client, wanted: DisagreementFilter, indexes: set[str]
) -> None:
    _fill_with_events_of(alice)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")

    with CaptureQueriesContext(connection) as captured:
        read_page(wanted)

    queries = [query for query in captured.captured_queries if "suggestionevent" in query["sql"]]
    assert len(queries) == 2
    assert len(captured) - len(queries) == bool(wanted.client)
    for query in queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert all(index in plan for index in indexes), plan
        assert "Seq Scan on suggestions_suggestionevent" not in plan


def test_id_since__moment_after_all_rows__is_beyond_them(alice: Client) -> None:
    disagree(alice)
    events = SuggestionEvent.objects.all()

    since = id_since(events, "created_at", datetime(2100, 1, 1, tzinfo=UTC))

    assert not events.filter(pk__gte=since).exists()
