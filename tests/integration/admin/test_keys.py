"""API keys: shown once, revoked for ever, never their hash."""

import html
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import DatabaseError, connection

from suggestions.models import ApiKey, Client
from suggestions.roles import Role
from tests.api_client import ApiCaller
from tests.builders import make_client, make_key
from tests.integration.admin.console import Console
from tests.staff import make_staff

pytestmark = pytest.mark.django_db

KEYS = "/admin/suggestions/apikey/"
NO_EXPIRY = {"expiry_date_0": "", "expiry_date_1": ""}


@pytest.fixture
def client_of_key(db: None) -> Client:
    return make_client()


def add_key(console: Console, **fields: object) -> str:
    answer = console.browser.post(f"{KEYS}add/", {"name": "phone app"} | NO_EXPIRY | fields, follow=True)
    return html.unescape(answer.content.decode())


def test_add__for_a_client__shows_a_working_key_once(admin: Console, client_of_key: Client) -> None:
    page = add_key(admin, client=client_of_key.pk)

    shown = re.search(r"<code>(\S+?)</code>", page)
    assert shown
    assert ApiCaller(shown[1]).get("/ml/transactions").status_code == 200
    assert shown[1] not in admin.browser.get(KEYS).content.decode()


@pytest.mark.parametrize("owners", ["none", "both"])
def test_add__without_exactly_one_owner__is_refused(
    admin: Console, client_of_key: Client, owners: str
) -> None:
    assert admin.user
    fields = {"client": client_of_key.pk, "user": admin.user.pk} if owners == "both" else {}

    page = add_key(admin, **fields)

    assert "A key belongs to a client or to a member of staff: choose one." in page
    assert not ApiKey.objects.exists()


def test_add__for_somebody_who_is_no_staff__is_not_offered(superuser: Console) -> None:
    outsider = User.objects.create_user("outsider")

    add_key(superuser, user=outsider.pk)

    assert not ApiKey.objects.exists()


def test_add__by_an_admin_for_somebody_else__is_neither_offered_nor_made(
    admin: Console, superuser: Console
) -> None:
    assert superuser.user

    form = html.unescape(admin.browser.get(f"{KEYS}add/").content.decode())
    page = add_key(admin, user=superuser.user.pk)

    assert "the superuser" not in form
    assert "choose yourself. A superuser makes keys for other active staff." in page
    assert not ApiKey.objects.exists()


def test_add__by_an_admin_for_oneself__has_the_rights_of_the_role(admin: Console) -> None:
    assert admin.user

    shown = re.search(r"<code>(\S+?)</code>", add_key(admin, user=admin.user.pk))

    assert shown
    assert ApiCaller(shown[1]).get("/ml/rollout").status_code == 200
    assert LogEntry.objects.get().change_message == "made by the admin for the admin"


def test_add__by_a_superuser_for_somebody_else__is_logged_with_both_names(superuser: Console) -> None:
    operator = make_staff(Role.OPERATOR)

    add_key(superuser, user=operator.pk)

    entry = LogEntry.objects.get()
    assert ApiKey.objects.get().user == operator
    assert (entry.user, entry.object_id) == (superuser.user, ApiKey.objects.get().prefix)
    assert entry.change_message == "made by the superuser for the operator"


def test_revoke__key__is_refused_from_then_on_and_logged(admin: Console, client_of_key: Client) -> None:
    key = make_key(client=client_of_key)
    row = ApiKey.objects.get()

    asked = admin.browser.get(f"{KEYS}{row.prefix}/revoke/").status_code
    still = ApiCaller(key).get("/ml/transactions").status_code
    admin.browser.post(f"{KEYS}{row.prefix}/revoke/", {"reason": "leaked"})

    assert (asked, still) == (200, 200)
    assert ApiCaller(key).get("/ml/transactions").status_code == 401
    assert LogEntry.objects.get().change_message == "revoked: leaked"


def test_revoke__revoked_key__is_said_and_not_logged_again(admin: Console, client_of_key: Client) -> None:
    make_key(client=client_of_key)
    address = f"{KEYS}{ApiKey.objects.get().prefix}/revoke/"
    admin.browser.post(address, {"reason": "leaked"})

    page = admin.browser.post(address, {"reason": "again"}, follow=True).content.decode()

    assert "was revoked already." in page
    assert LogEntry.objects.get().change_message == "revoked: leaked"


def test_revoke__that_cannot_be_logged__is_not_done(admin: Console, client_of_key: Client) -> None:
    make_key(client=client_of_key)
    rename("django_admin_log", "moved_away")

    with pytest.raises(DatabaseError):
        admin.browser.post(f"{KEYS}{ApiKey.objects.get().prefix}/revoke/", {"reason": "leaked"})

    rename("moved_away", "django_admin_log")
    assert not ApiKey.objects.get().revoked


def rename(table: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {name}")


def test_hash__is_on_no_page_in_no_link_and_in_no_log(admin: Console, client_of_key: Client) -> None:
    add_key(admin, client=client_of_key.pk)
    row = ApiKey.objects.get()
    pages = [KEYS, f"{KEYS}add/", f"{KEYS}{row.prefix}/revoke/", "/admin/"]

    texts = [html.unescape(admin.browser.get(page).content.decode()) for page in pages]
    texts += [repr(LogEntry.objects.values_list())]

    secret = row.hashed_key.split("$")[-1]
    assert len(secret) > 20
    assert not [text for text in texts if secret in text]
