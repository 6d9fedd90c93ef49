"""Lists answer what they offer and nothing else.

Those of millions are found by indexes, never counted, and never opened so far down that it takes seconds.
"""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console import id_bounds, large_list
from suggestions.admin import transactions
from suggestions.admin.clients import ClientAdmin
from suggestions.models import ApiKey, Client, Rule, SuggestionEvent, Transaction
from tests.builders import make_client, make_event, make_key, make_transaction
from tests.integration.admin.conftest import Console
from tests.integration.admin.pages import PAGES, address_of

pytestmark = pytest.mark.django_db

TRANSACTIONS = "/admin/suggestions/transaction/"
EVENTS = "/admin/suggestions/suggestionevent/"
REFUSED = "The list cannot be filtered so; it is shown without any filter."
# Pages of a single row have the address of a list and are none.
NO_LISTS = {"suggestions_rollout_changelist", "suggestions_rolloutpolicy_changelist"}
LISTS = sorted({name for name in PAGES if name.endswith("_changelist")} - NO_LISTS)


def refused(console: Console, address: str) -> bool:
    """Tell whether the address led to the list without filters, which says so."""
    answer = console.browser.get(address)
    if answer.status_code == 200:
        return False
    assert answer["Location"] == f"{address.partition('?')[0]}?e=1"
    return REFUSED in console.browser.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "description__contains=7742",
        "description__regex=^TIM",
        "memo__startswith=memo",
        "account__startswith=1",
        "feedback_category=Fuel",
        "client__keys__hashed_key__startswith=a",
        "suggestionevent__state=agree",
        "id__regex=(",
        "no_such_field=1",
    ],
)
def test_transactions__filter_that_the_list_does_not_offer__is_refused(analyst: Console, query: str) -> None:
    make_transaction(make_client(), description="TIM HORTONS 77421193", memo="memo")

    assert refused(analyst, f"{TRANSACTIONS}?{query}")


def test_keys__filter_by_the_hash__is_refused(admin: Console) -> None:
    make_key(client=make_client())
    start = ApiKey.objects.get().hashed_key[:15]

    assert refused(admin, f"/admin/suggestions/apikey/?{urlencode({'hashed_key__startswith': start})}")


def test_people__filter_by_the_password__is_refused(superuser: Console) -> None:
    assert refused(superuser, "/admin/auth/user/?password__startswith=pbkdf2")


def test_transactions__of_one_user_of_a_client__are_shown(analyst: Console) -> None:
    client, other = make_client(), make_client()
    make_transaction(client, external_id="hers", user_id="olga")
    make_transaction(client, external_id="his", user_id="oleg")
    make_transaction(other, external_id="elsewhere", user_id="olga")

    page = analyst.browser.get(f"{TRANSACTIONS}?client__id__exact={client.pk}&user_id__exact=olga")

    assert [row.external_id for row in page.context_data["cl"].result_list] == ["hers"]


def test_transactions__of_another_client_than_the_only_one__are_none(analyst: Console) -> None:
    row = make_transaction(make_client())

    pages = [
        analyst.browser.get(f"{TRANSACTIONS}?client__id__exact={pk}")
        for pk in (row.client_id, row.client_id + 1)
    ]

    assert [list(page.context_data["cl"].result_list) for page in pages] == [[row], []]


@pytest.mark.parametrize("name", LISTS)
def test_list__each_of_its_own_filters__is_answered(
    superuser: Console, world: dict[str, str], name: str
) -> None:
    make_client()
    address = address_of(name, world)
    shown = superuser.browser.get(address).context_data["cl"]
    offered = [
        choice["query_string"]
        for one in shown.filter_specs
        for choice in one.choices(shown)
        if "query_string" in choice
    ]
    days = [part for one in shown.filter_specs for part in one.expected_parameters() if part.endswith("_0")]
    offered += [f"?{part}=2026-03-01" for part in days] + (["?q=something"] if shown.search_fields else [])

    assert {
        query: superuser.browser.get(f"{address}{query}").status_code for query in offered
    } == dict.fromkeys(offered, 200)


@pytest.mark.parametrize("name", LISTS)
def test_list__nul_in_any_value_or_name__is_refused(
    superuser: Console, world: dict[str, str], name: str
) -> None:
    address = address_of(name, world)

    for query in ("q=a%00b", "status__exact=%00", "name=%00", "actor=%00", "kind=%00", "a%00b=c", "p=%00"):
        assert refused(superuser, f"{address}?{query}")


@pytest.mark.django_db(transaction=True)
def test_list__value_that_the_database_refuses__leads_to_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClientAdmin, "exact_lookups", ("name__regex",))
    browser = Browser()
    user = User.objects.create_superuser("the superuser")
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    assert refused(Console(browser, user), "/admin/suggestions/client/?name__regex=(")


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


def test_empty_list__for_a_reader__says_where_rows_come_from_and_offers_nothing(analyst: Console) -> None:
    page = analyst.browser.get(TRANSACTIONS).content.decode()

    assert "Nothing here yet" in page
    assert "Transactions come from the clients" in page
    assert not {text for text in ("Create a new item", "eset filters", "Add the first") if text in page}


@pytest.mark.parametrize(
    "name",
    [
        *("suggestions/client", "suggestions/category", "suggestions/rule", "suggestions/feedback"),
        *("suggestions/rollouthold", "suggestions/rolloutproposal", "suggestions/rolloutchange"),
        *("mlmodels/modelversion", "mlmodels/trainingrun", "mlmodels/championchange", "audit/auditentry"),
    ],
)
def test_empty_list__of_each_kind__says_where_its_rows_come_from(analyst: Console, name: str) -> None:
    Rule.objects.all().delete()

    page = analyst.browser.get(f"/admin/{name}/").content.decode()

    box = page.split("Nothing here yet", 1)[1].split("</div>", 1)[0]
    assert re.search(r'<p class="text-center">\w', box)


def test_empty_list__for_who_may_add__offers_the_first(admin: Console) -> None:
    page = admin.browser.get("/admin/suggestions/client/").content.decode()

    assert 'href="/admin/suggestions/client/add/">Add the first client</a>' in page


@pytest.mark.parametrize("query", ["q=nothing", "date_from=2030-01-01"])
def test_empty_list__filtered__leads_to_all_rows(analyst: Console, query: str) -> None:
    make_transaction(make_client())

    page = analyst.browser.get(f"{TRANSACTIONS}?{query}").content.decode()

    assert "No row matches" in page
    assert '<a class="lm-link" href="?">show the list without any</a>' in page


def test_list__page_whose_rows_are_gone__is_the_last_one_and_keeps_its_filters(analyst: Console) -> None:
    for number in range(51):
        make_client(name=f"app {number:02}")

    answer = analyst.browser.get("/admin/suggestions/client/?is_active__exact=1&p=4")

    names = re.findall(r">(app \d\d)</a>", answer.content.decode())
    assert (answer.status_code, names) == (200, ["app 50"])


def test_empty_list__page_behind_the_last_row__leads_to_the_first(analyst: Console) -> None:
    client = make_transaction(make_client()).client
    make_client()

    page = analyst.browser.get(f"{TRANSACTIONS}?p=7&client__id__exact={client.pk}").content.decode()

    assert "No row is on this page" in page
    assert f'href="?client__id__exact={client.pk}">go to its first page</a>' in page


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
