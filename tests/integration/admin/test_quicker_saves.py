"""Somebody saves what only one row may have, between the check of a form and its saving."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from suggestions.models import Client, Rule
from tests.builders import make_client
from tests.integration.admin.console import Console
from tests.interleaving import IsMoment, before_insert_into, let_in
from tests.rule_form import RULE_FORM

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = "/admin/suggestions/client/"
TASK_FORM = {"task": "mlmodels.tasks.sweep", "args": "[]", "kwargs": "{}"}


def add_person() -> User:
    return User.objects.create_user("same")


def add_task() -> PeriodicTask:
    interval = IntervalSchedule.objects.earliest("pk")
    return PeriodicTask.objects.create(name="same", task="mlmodels.tasks.sweep", interval=interval)


def before_saving(table: str) -> IsMoment:
    # What beat goes by is marked before a schedule is saved, and only one at a time can do so.
    mark = f'FROM "{table}s"'
    return lambda number, sql: before_insert_into(table)(number, sql) or mark in sql


def passwords() -> dict[str, str]:
    return {"username": "same", "password1": "a long password", "password2": "a long password"}


@pytest.mark.parametrize(
    ("page", "form", "add", "says"),
    [
        pytest.param(
            "suggestions/client",
            lambda: {"name": "same", "is_active": "on"},
            lambda: make_client(name="same"),
            "Client with this Name already exists.",
            id="client",
        ),
        pytest.param(
            "auth/user", passwords, add_person, "A user with that username already exists.", id="user"
        ),
        pytest.param(
            "auth/group",
            lambda: {"name": "same"},
            lambda: Group.objects.create(name="same"),
            "Group with this Name already exists.",
            id="group",
        ),
        pytest.param(
            "django_celery_beat/periodictask",
            lambda: TASK_FORM | {"name": "same", "interval": str(IntervalSchedule.objects.earliest("pk").pk)},
            add_task,
            "Periodic task with this Name already exists.",
            id="schedule",
        ),
    ],
)
def test_add__name_taken_after_it_was_checked__form_says_so(
    superuser: Console, page: str, form: Callable[[], dict[str, str]], add: Callable[[], Model], says: str
) -> None:
    typed = form()

    with let_in(add, before=before_saving(page.replace("/", "_"))) as others:
        answer = superuser.browser.post(f"/admin/{page}/add/", typed)

    assert len(others) == 1
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.count(says) == 1
    assert 'value="same"' in text
    assert "was added successfully" not in superuser.browser.get("/admin/").content.decode()
    assert not LogEntry.objects.exists()


def test_add__name_taken_before_a_schedule_checks_itself__form_says_so(superuser: Console) -> None:
    looks: list[str] = []

    def is_second_look(_number: int, sql: str) -> bool:
        if 'AS "a" FROM "django_celery_beat_periodictask"' in sql:
            looks.append(sql)
        return len(looks) == 2

    interval = str(IntervalSchedule.objects.earliest("pk").pk)
    with let_in(add_task, before=is_second_look) as others:
        answer = superuser.browser.post(
            "/admin/django_celery_beat/periodictask/add/", TASK_FORM | {"name": "same", "interval": interval}
        )

    assert len(others) == 1
    assert answer.status_code == 200
    assert "Periodic task with this Name already exists." in answer.content.decode()


def test_change__name_taken_after_it_was_checked__form_says_so(admin: Console) -> None:
    client = make_client(name="before")

    with let_in(
        lambda: make_client(name="same"),
        before=lambda _number, sql: sql.startswith('UPDATE "suggestions_client"'),
    ):
        answer = admin.browser.post(f"{CLIENTS}{client.pk}/change/", {"name": "same", "is_active": "on"})

    assert answer.status_code == 200
    assert "Client with this Name already exists." in answer.content.decode()
    client.refresh_from_db()
    assert client.name == "before"


def test_add__client_gone_after_it_was_checked__form_says_so_and_nothing_says_it_was_added(
    admin: Console,
) -> None:
    client = make_client()

    with let_in(lambda: Client.objects.all().delete(), before=before_insert_into("suggestions_rule")):
        answer = admin.browser.post("/admin/suggestions/rule/add/", RULE_FORM | {"client": str(client.pk)})

    assert answer.status_code == 200
    assert "Select a valid choice" in answer.content.decode()
    assert "was added successfully" not in answer.content.decode()
    assert not Rule.objects.exists()
