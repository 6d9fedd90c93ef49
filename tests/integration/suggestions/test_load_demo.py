import io
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from suggestions.demo.accounts import CLIENT_NAME
from suggestions.models import ApiKey, Client, Transaction
from suggestions.roles import Role, role_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.LOCAL_DIR = tmp_path / "state"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return tmp_path / "state"


def load(*arguments: str) -> str:
    out = io.StringIO()
    call_command("load_demo", *arguments, stdout=out)
    return out.getvalue()


def read_credentials(folder: Path) -> dict[str, dict[str, str]]:
    content: dict[str, dict[str, str]] = json.loads((folder / "credentials.json").read_text())
    return content


def test_load_demo__new_installation__people_can_log_in_with_their_roles(folder: Path) -> None:
    load("--people-only")

    credentials = read_credentials(folder)
    for role in (Role.ADMIN, Role.OPERATOR, Role.ANALYST):
        account = credentials[role.value]
        user = User.objects.get(username=account["username"])
        assert user.check_password(account["password"])
        assert role_of(user) is role
        assert list(user.groups.values_list("name", flat=True)) == [role.value]
    assert not Transaction.objects.exists()


def test_load_demo__keys__belong_to_client_admin_and_operator(folder: Path) -> None:
    load("--people-only")

    credentials = read_credentials(folder)
    owners = {
        name: ApiKey.objects.get_from_key(account["key"])
        for name, account in credentials.items()
        if "key" in account
    }
    assert set(owners) == {"admin", "operator", "client"}
    assert owners["client"].client == Client.objects.get(name=CLIENT_NAME)
    assert owners["admin"].user == User.objects.get(username="admin")
    assert owners["operator"].user == User.objects.get(username="operator")


def test_load_demo__secrets__private_and_of_this_installation(folder: Path) -> None:
    load("--people-only")
    first = read_credentials(folder)
    mode = stat.S_IMODE((folder / "credentials.json").stat().st_mode)
    User.objects.all().delete()
    Client.objects.all().delete()

    load("--people-only")

    second = read_credentials(folder)
    assert mode == 0o600
    assert len({account["password"] for account in second.values() if "password" in account}) == 3
    assert all(first[name] != second[name] for name in first)
    assert list(folder.iterdir()) == [folder / "credentials.json"]


def test_load_demo__transactions__loaded_for_the_demo_client(folder: Path) -> None:
    out = load("--users", "20", "--transactions", "900", "--end", "2026-03-31")

    client = Client.objects.get(name=CLIENT_NAME)
    assert client.transactions.count() == 900
    assert client.transactions.exclude(category="").count() > 600
    assert client.categories.count() > 15
    assert "900 of 20 users loaded" in out


def test_load_demo__second_time__says_what_exists_and_changes_nothing(folder: Path) -> None:
    arguments = ("--users", "20", "--transactions", "900", "--end", "2026-03-31")
    load(*arguments)
    content = (folder / "credentials.json").read_bytes()
    rows = list(Transaction.objects.order_by("id").values())
    keys = set(ApiKey.objects.values_list("id", flat=True))

    out = load("--users", "20", "--transactions", "900", "--seed", "2")

    assert (folder / "credentials.json").read_bytes() == content
    assert list(Transaction.objects.order_by("id").values()) == rows
    assert set(ApiKey.objects.values_list("id", flat=True)) == keys
    assert "Accounts: already there." in out
    assert "Transactions: 900 already there." in out


def test_load_demo__one_account_gone__made_again_beside_the_others(folder: Path) -> None:
    load("--people-only")
    before = read_credentials(folder)
    User.objects.get(username="analyst").delete()

    out = load("--people-only")

    after = read_credentials(folder)
    assert "Created analyst;" in out
    assert {name for name in before if before[name] != after[name]} == {"analyst"}


def test_load_demo__credentials_file_gone__says_how_to_get_in(folder: Path) -> None:
    load("--people-only")
    (folder / "credentials.json").unlink()

    out = load("--people-only")

    assert "changepassword admin" in out
    assert not (folder / "credentials.json").exists()


def test_load_demo__file_cannot_be_written__no_account_without_a_password(folder: Path) -> None:
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file where the folder should be")

    with pytest.raises(CommandError, match=r"Not a directory.*LMSUGGEST_HOME"):
        load("--people-only")

    assert not User.objects.exists()
