"""Clients and keys by command."""

from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from suggestions.models import ApiKey, Client
from suggestions.roles import Role
from tests.api_client import ApiCaller
from tests.builders import make_client
from tests.interleaving import before_insert_into, let_in
from tests.staff import make_staff

pytestmark = pytest.mark.django_db


def key_of(*arguments: str) -> str:
    output = StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue().split("Key, shown only now: ")[1].strip()


def test_create_client__new_name__prints_a_working_key() -> None:
    key = key_of("create_client", "budget app")

    assert Client.objects.get().name == "budget app"
    assert ApiCaller(key).get("/ml/transactions").status_code == 200


@pytest.mark.parametrize("name", ["taken", "", "x" * 101])
def test_create_client__taken_or_invalid_name__is_refused_and_makes_nothing(name: str) -> None:
    make_client(name="taken")

    with pytest.raises(CommandError):
        call_command("create_client", name)

    assert Client.objects.count() == 1
    assert not ApiKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_create_client__name_taken_after_it_was_checked__is_refused_and_makes_nothing() -> None:
    with (
        let_in(lambda: make_client(name="taken"), before=before_insert_into("suggestions_client")),
        pytest.raises(CommandError, match=r"Client with this Name already exists\."),
    ):
        call_command("create_client", "taken")

    assert Client.objects.count() == 1
    assert not ApiKey.objects.exists()


def test_create_key__for_staff__has_the_rights_of_the_role() -> None:
    operator = make_staff(Role.OPERATOR)

    key = key_of("create_key", "--user", operator.username, "--name", "cron")

    assert ApiCaller(key).get("/ml/rollout").status_code == 200
    assert ApiCaller(key).get("/ml/transactions").status_code == 403


def test_create_key__for_staff__is_logged_as_made_by_a_command() -> None:
    key_of("create_key", "--user", make_staff(Role.OPERATOR).username, "--name", "cron")

    entry = LogEntry.objects.get()
    assert entry.object_id == ApiKey.objects.get().prefix
    assert entry.change_message == "made for the operator by a command; who ran it is not known"


def test_create_key__for_a_client__belongs_to_it() -> None:
    client = make_client(name="budget app")

    key = key_of("create_key", "--client", "budget app", "--name", "second")

    assert ApiKey.objects.get().client == client
    assert ApiCaller(key).get("/ml/transactions").status_code == 200


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(("--client", "nobody", "--name", "x"), "clients are: budget app", id="unknown client"),
        pytest.param(("--user", "nobody", "--name", "x"), "no active member of staff", id="unknown user"),
        pytest.param(("--user", "plain", "--name", "x"), "put the user into", id="user without a role"),
        pytest.param(("--client", "budget app", "--name", "x" * 51), "at most 50", id="long name"),
        pytest.param(("--name", "x"), "required", id="no owner"),
    ],
)
def test_create_key__bad_owner_or_name__says_what_to_do(arguments: tuple[str, ...], complaint: str) -> None:
    make_client(name="budget app")
    User.objects.create_user("plain")

    with pytest.raises(CommandError, match=complaint):
        call_command("create_key", *arguments)

    assert not ApiKey.objects.exists()
