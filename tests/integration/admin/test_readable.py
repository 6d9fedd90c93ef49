"""What each page owes its reader: links that open, dates as elsewhere, errors that say what to do."""

import re
from collections.abc import Callable

import pytest
from django.test import Client as Browser

from tests.integration.admin.console import Console
from tests.integration.admin.pages import ALL, PAGES, address_of

pytestmark = pytest.mark.django_db

LINK = re.compile(r'href="(/admin/[^"#?]*)')
# American dates, and rows without a name of their own.
ODD = re.compile(r"\d [ap]\.m\.|\b[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}|\b[A-Z][A-Za-z]+ object \(")


@pytest.mark.parametrize("role", sorted(ALL))
def test_page__each_role__links_only_what_it_may_open(
    console_of: Callable[[str], Console], world: dict[str, str], role: str
) -> None:
    browser = console_of(role).browser
    first_on: dict[str, str] = {}

    for name in (name for name, allowed in PAGES.items() if role in allowed):
        page = browser.get(address_of(name, world))
        for link in LINK.findall(page.getvalue().decode()):
            first_on.setdefault(link, name)

    assert not {
        (name, link)
        for link, name in first_on.items()
        if "logout" not in link and browser.get(link).status_code not in (200, 302)
    }


def test_page__dates_and_names__are_written_for_people(superuser: Console, world: dict[str, str]) -> None:
    odd = {}
    for name in PAGES:
        page = superuser.browser.get(address_of(name, world)).getvalue().decode()
        if found := ODD.search(page):
            odd[name] = found.group()

    assert not odd
    changes = superuser.browser.get("/admin/mlmodels/championchange/").content.decode()
    assert re.search(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", changes)


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        pytest.param("/admin/nothing/", 404, "There is no such page", id="not found"),
        pytest.param("/admin/suggestions/rollout/roll-back/", 403, "Your role does not allow it", id="role"),
    ],
)
def test_error__in_the_admin__says_what_it_is_and_leads_home(
    analyst: Console, address: str, status: int, words: str
) -> None:
    answer = analyst.browser.get(address)

    assert answer.status_code == status
    assert words in answer.content.decode()
    assert '<a href="/admin/">Home</a>' in answer.content.decode()


def test_form__of_an_older_session__says_to_reload() -> None:
    answer = Browser(enforce_csrf_checks=True).post("/admin/login/", {"username": "admin", "password": "x"})

    assert answer.status_code == 403
    assert "Go back, reload the page, and send it again" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("suggestions_suggestionevent_disagreements", ["Suggestions", "Suggestion events", "Disagreements"]),
        ("suggestions_transaction_playground", ["Suggestions", "Transactions", "Playground"]),
        ("suggestions_rule_suggested", ["Suggestions", "Rules", "Suggested rules"]),
        ("suggestions_rollout_changelist", ["Suggestions", "Rollout"]),
        ("suggestions_rollout_roll_back", ["Suggestions", "Rollout", "Roll back to rules?"]),
        ("mlmodels_modelversion_compare", ["Models", "Model versions", "Compare two versions"]),
    ],
)
def test_own_page__path_above_it__ends_with_its_name(
    superuser: Console, world: dict[str, str], name: str, path: list[str]
) -> None:
    page = superuser.browser.get(address_of(name, world)).getvalue().decode()

    assert re.findall(r'min-w-0 truncate tracking-tight">\s*(.*?)\s*</', page, flags=re.DOTALL) == path
