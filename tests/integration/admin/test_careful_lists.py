"""Lists answer what they offer and nothing else, and say why they are empty."""

import re
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser

from suggestions.admin.access.clients import ClientAdmin
from suggestions.models import ApiKey, Rule
from tests.builders import make_client, make_key, make_transaction
from tests.integration.admin.console import Console
from tests.integration.admin.pages import PAGES, address_of

pytestmark = pytest.mark.django_db

TRANSACTIONS = "/admin/suggestions/transaction/"
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
