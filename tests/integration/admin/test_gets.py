"""A GET changes nothing, on any page; the lists stay cheap however many rows there are."""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from suggestions.models import Client
from tests.builders import make_event, make_transaction
from tests.integration.admin.console import Console
from tests.integration.admin.pages import PAGES, address_of

pytestmark = pytest.mark.django_db


# What is counted anew from the events is no change: the same events give the same counts.
COUNTED = {f"suggestions.{name}" for name in ("EvidenceCount", "EvidenceFold", "EvidenceHour", "StaleHour")}


def fingerprint_of_the_database() -> dict[str, str]:
    return {
        model._meta.label: repr(list(model._default_manager.order_by("pk").values_list()))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in COUNTED | {"sessions.Session"}
    }


def test_get__every_page_and_every_link_on_it__changes_nothing(
    superuser: Console, world: dict[str, str]
) -> None:
    to_visit = [address_of(name, world) for name in PAGES]
    seen: set[str] = set()
    before = fingerprint_of_the_database()

    while to_visit:
        address = to_visit.pop()
        if address in seen or "logout" in address:
            continue
        seen.add(address)
        answer = superuser.browser.get(address)
        assert answer.status_code in (200, 302, 403, 404), address
        if len(seen) < 400 and answer.status_code == 200:
            to_visit += re.findall(r'href="(/admin/[^"#?]*)', answer.getvalue().decode())

    assert len(seen) > len(PAGES)
    assert fingerprint_of_the_database() == before


@pytest.mark.parametrize(
    ("address", "at_most"),
    [
        pytest.param("/admin/", 60, id="home"),
        pytest.param("/admin/suggestions/rollout/", 70, id="rollout"),
        pytest.param("/admin/suggestions/suggestionevent/", 8, id="suggestions"),
        pytest.param("/admin/suggestions/suggestionevent/disagreements/", 11, id="disagreements"),
        pytest.param("/admin/suggestions/transaction/", 8, id="transactions"),
        pytest.param("/admin/suggestions/rule/suggested/", 8, id="suggested rules"),
        pytest.param("/admin/suggestions/rule/deleted/", 8, id="deleted rules"),
        pytest.param("/admin/suggestions/transaction/playground/", 8, id="playground"),
        pytest.param("/admin/mlmodels/modelversion/", 8, id="versions"),
    ],
)
def test_list__more_rows__needs_no_more_queries_and_reads_no_artifact(
    superuser: Console, world: dict[str, str], address: str, at_most: int
) -> None:
    client = Client.objects.get()
    superuser.browser.get(address)  # the first look counts the events for the first time
    make_event(make_transaction(client), state="disagree")
    with CaptureQueriesContext(connection) as few:
        superuser.browser.get(address)
    for _ in range(20):
        make_event(make_transaction(client), state="disagree")
    with CaptureQueriesContext(connection) as many:
        superuser.browser.get(address)

    statements = [query["sql"] for query in many.captured_queries]
    assert len(statements) == len(few.captured_queries) <= at_most
    assert not [sql for sql in statements if '"artifact"' in sql]


@pytest.mark.parametrize("model", ["suggestionevent", "transaction", "feedback"])
def test_large_list__a_page_of_it__counts_no_rows(
    superuser: Console, world: dict[str, str], model: str
) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = superuser.browser.get(f"/admin/suggestions/{model}/")

    assert answer.status_code == 200
    assert not [query["sql"] for query in queries.captured_queries if "COUNT(" in query["sql"]]
