"""Who may send which form and take which action; what has no row in the tables of `pages.py` fails."""

from collections.abc import Callable

import pytest
from django.contrib import admin as django_admin
from django.contrib.auth.models import Permission, User
from django.test import Client as Browser
from django.test import RequestFactory
from django_celery_beat.models import PeriodicTask

from tests.integration.admin.console import Console
from tests.integration.admin.pages import ACTIONS, ALL, ONLY_READ, PAGES, WRITES, address_of
from tests.integration.admin.test_gets import fingerprint_of_the_database

pytestmark = pytest.mark.django_db

# What every member of staff has, whatever the role: the home page and the own password.
OF_ALL_STAFF = {"index", "password_change", "password_change_done", "search"}
# Lead on to a page that judges by itself.
LEAD_ON = {"suggestions_rollout_change", "suggestions_rolloutpolicy_change", "suggestions_apikey_change"}


def make_nobody() -> Browser:
    """Log a member of staff in who has no role."""
    browser = Browser()
    nobody = User.objects.create_user("nobody", is_staff=True)
    browser.force_login(nobody, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def test_tables__every_page__stands_in_exactly_one() -> None:
    assert WRITES.keys() | ONLY_READ == PAGES.keys()
    assert not WRITES.keys() & ONLY_READ


@pytest.mark.parametrize("role", sorted(ALL))
def test_post__each_role__sends_exactly_the_forms_of_the_table(
    console_of: Callable[[str], Console], world: dict[str, str], role: str
) -> None:
    browser = console_of(role).browser

    wrong = {}
    for name, allowed in (PAGES | WRITES).items():
        status = browser.post(address_of(name, world)).status_code
        # A row may be gone by now through a form sent before: who may is led to the list.
        if status not in ((200, 302, 405) if role in allowed else (403,)):
            wrong[name] = status

    assert not wrong


@pytest.mark.parametrize("role", sorted(ALL))
def test_post__to_what_is_only_read__changes_nothing(
    console_of: Callable[[str], Console], world: dict[str, str], role: str
) -> None:
    browser = console_of(role).browser
    before = fingerprint_of_the_database()

    for name in sorted(ONLY_READ):
        browser.post(address_of(name, world))

    assert fingerprint_of_the_database() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_a_role__is_refused_everywhere_and_told_by_a_page(
    world: dict[str, str], method: str
) -> None:
    browser = make_nobody()

    statuses = {
        name: getattr(browser, method)(address_of(name, world)).status_code
        for name in PAGES.keys() - OF_ALL_STAFF - LEAD_ON
    }

    assert {name: status for name, status in statuses.items() if status != 403} == {}


def test_post__anonymous__is_sent_to_the_login_and_changes_nothing(world: dict[str, str]) -> None:
    browser = Browser()
    before = fingerprint_of_the_database()

    for name in PAGES:
        answer = browser.post(address_of(name, world))
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/admin/login/"), name

    assert fingerprint_of_the_database() == before


@pytest.mark.parametrize("role", [*sorted(ALL), "superuser"])
def test_actions__each_role__are_those_of_the_table(console_of: Callable[[str], Console], role: str) -> None:
    request = RequestFactory().get("/")
    request.user = console_of(role).user  # type: ignore[assignment]

    offered = {
        model._meta.label_lower: set(page.get_actions(request))
        for model, page in django_admin.site._registry.items()
    }

    expected = {
        model: {name for name, who in ACTIONS.get(model, {}).items() if role == "superuser" or role in who}
        for model in offered
    }
    assert offered == expected


def test_action__who_only_sees_the_schedule__cannot_switch_a_task_off() -> None:
    browser = make_nobody()
    User.objects.get(username="nobody").user_permissions.add(
        Permission.objects.get(codename="view_periodictask")
    )
    task = PeriodicTask.objects.filter(enabled=True).earliest("pk")

    browser.post(
        "/admin/django_celery_beat/periodictask/",
        {"action": "disable_tasks", "_selected_action": [task.pk]},
    )

    task.refresh_from_db()
    assert task.enabled
