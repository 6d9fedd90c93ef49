"""Two people at one form, a lost permission, a row that is gone."""

import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client as Browser
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule

from audit.log import Origin
from audit.models import AuditEntry
from suggestions.models import Category, Client, Rule
from suggestions.ramp.policy import read_policy
from suggestions.roles import Role
from suggestions.rules.log import record_rule
from tests.builders import make_client, make_rule
from tests.integration.admin.console import Console
from tests.integration.admin.test_ramp_pages import policy_fields
from tests.rule_form import RULE_FORM
from tests.staff import make_staff

pytestmark = pytest.mark.django_db

CATEGORIES = "/admin/suggestions/category/"
RULES = "/admin/suggestions/rule/"


def typed_into(page: str) -> dict[str, str]:
    """Return what the hidden field of an opened form says."""
    found = re.search(r'name="seen_at" value="([^"]+)"', page)
    assert found
    return {"seen_at": found[1]}


def make_category(**overrides: object) -> Category:
    return Category.objects.create(client=make_client(), **{"name": "Fuel"} | overrides)


def save_twice(
    first: Console, second: Console, address: str, ours: dict[str, str], mine: dict[str, str]
) -> str:
    """Open the form twice, save it as one and then as the other; return what the other is told."""
    opened = typed_into(first.browser.get(address).content.decode())
    also_opened = typed_into(second.browser.get(address).content.decode())
    assert first.browser.post(address, ours | opened).status_code == 302
    return str(second.browser.post(address, mine | also_opened).content.decode())


def test_client__saved_meanwhile__second_is_told_by_whom_and_loses_nothing(
    admin: Console, superuser: Console
) -> None:
    client = make_client(name="before")

    told = save_twice(
        admin,
        superuser,
        f"/admin/suggestions/client/{client.pk}/change/",
        {"name": "of the first", "is_active": "on"},
        {"name": "of the second", "is_active": "on"},
    )

    assert "Somebody else has saved the client since you opened it: the admin, " in told
    assert 'value="of the second"' in told
    assert Client.objects.get(pk=client.pk).name == "of the first"


def test_client__saved_again_after_the_warning__is_saved(admin: Console, superuser: Console) -> None:
    client = make_client(name="before")
    address = f"/admin/suggestions/client/{client.pk}/change/"
    mine = {"name": "of the second", "is_active": "on"}

    told = save_twice(admin, superuser, address, {"name": "of the first", "is_active": "on"}, mine)
    superuser.browser.post(address, mine | typed_into(told))

    assert Client.objects.get(pk=client.pk).name == "of the second"


def test_category__switched_by_an_action_meanwhile__second_is_told(
    admin: Console, superuser: Console
) -> None:
    category = make_category()
    address = f"{CATEGORIES}{category.pk}/change/"
    opened = typed_into(superuser.browser.get(address).content.decode())
    admin.browser.post(CATEGORIES, {"action": "deactivate", "_selected_action": [category.pk]})

    told = superuser.browser.post(address, {"is_active": "on"} | opened).content.decode()

    assert "Somebody else has saved the category since you opened it: the admin, " in told
    assert not Category.objects.get().is_active


def test_schedule__saved_meanwhile__second_is_told(admin: Console, superuser: Console) -> None:
    row = IntervalSchedule.objects.create(every=7, period="minutes")
    tasks = {f"periodictask_set-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}

    told = save_twice(
        admin,
        superuser,
        f"/admin/django_celery_beat/intervalschedule/{row.pk}/change/",
        {"every": "8", "period": "minutes"} | tasks,
        {"every": "9", "period": "minutes"} | tasks,
    )

    assert "Somebody else has saved the interval since you opened it: the admin, " in told
    assert IntervalSchedule.objects.get(pk=row.pk).every == 8


@pytest.fixture
def other_superuser(db: None) -> Console:
    browser = Browser()
    user = User.objects.create_superuser("another superuser")
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return Console(browser, user)


def test_person__saved_meanwhile__second_is_told(superuser: Console, other_superuser: Console) -> None:
    person = make_staff(Role.OPERATOR)
    fields = {"username": "renamed", "is_active": "on", "is_staff": "on"}
    analysts = Group.objects.get(name="analyst").pk

    told = save_twice(
        superuser,
        other_superuser,
        f"/admin/auth/user/{person.pk}/change/",
        fields | {"groups": str(analysts)},
        fields | {"username": "renamed again"},
    )

    assert "Somebody else has saved the user since you opened it: the superuser, " in told
    person.refresh_from_db()
    assert (person.username, list(person.groups.values_list("pk", flat=True))) == ("renamed", [analysts])


def test_person__logged_in_meanwhile__is_saved(superuser: Console) -> None:
    person = make_staff(Role.OPERATOR)
    address = f"/admin/auth/user/{person.pk}/change/"
    opened = typed_into(superuser.browser.get(address).content.decode())
    User.objects.filter(pk=person.pk).update(last_login=timezone.now())

    superuser.browser.post(address, {"username": "renamed", "is_active": "on"} | opened)

    person.refresh_from_db()
    assert (person.username, person.last_login is None) == ("renamed", False)


def test_group__changed_by_a_command_meanwhile__blames_no_older_save(superuser: Console) -> None:
    group = Group.objects.get(name="analyst")
    address, values = f"/admin/auth/group/{group.pk}/change/", {"name": "readers"}
    superuser.browser.post(address, values | typed_into(superuser.browser.get(address).content.decode()))
    opened = typed_into(superuser.browser.get(address).content.decode())
    group.permissions.add(Permission.objects.earliest("pk"))

    told = superuser.browser.post(address, values | opened).content.decode()

    assert "Somebody else has saved the group since you opened it, by a command or by a client" in told


def test_group__saved_meanwhile__second_is_told(superuser: Console, other_superuser: Console) -> None:
    group = Group.objects.get(name="analyst")
    permission = str(Permission.objects.earliest("pk").pk)

    told = save_twice(
        superuser,
        other_superuser,
        f"/admin/auth/group/{group.pk}/change/",
        {"name": "analyst", "permissions": permission},
        {"name": "readers", "permissions": permission},
    )

    assert "Somebody else has saved the group since you opened it: the superuser, " in told
    group.refresh_from_db()
    assert (group.name, group.permissions.count()) == ("analyst", 1)


def test_policy__saved_meanwhile__second_is_told_by_whom_and_can_save_again(
    admin: Console, superuser: Console
) -> None:
    address = "/admin/suggestions/rolloutpolicy/"
    admin.browser.post(address, policy_fields(min_comparisons="700"))
    mine = policy_fields(min_comparisons="900")

    told = superuser.browser.post(address, mine).content.decode()
    kept = read_policy().min_comparisons
    version = re.search(r'name="version" value="(\d+)"', told)
    assert version
    superuser.browser.post(address, mine | {"version": version[1]})

    assert "Somebody changed the policy in the meantime (the admin, " in told
    assert 'value="900"' in told
    assert kept == 700
    assert read_policy().min_comparisons == 900


def test_client__saved_meanwhile_by_its_reader__says_that_it_was_another_window(admin: Console) -> None:
    client = make_client(name="before")
    address = f"/admin/suggestions/client/{client.pk}/change/"

    told = save_twice(admin, admin, address, {"name": "here", "is_active": "on"}, {"name": "there"})

    assert "You have saved the client since you opened it, in another window, " in told


def test_rule__reverted_meanwhile__names_who_reverted_it(admin: Console, superuser: Console) -> None:
    address = f"{RULES}{make_rule().pk}/change/"
    admin.browser.post(address, RULE_FORM | {"category": "Fuel"})
    opened = typed_into(admin.browser.get(address).content.decode())
    superuser.browser.post(f"{RULES}revert/{AuditEntry.objects.get().pk}/", {"reason": "x"})

    told = admin.browser.post(address, RULE_FORM | opened).content.decode()

    assert "Somebody else has saved the rule since you opened it: the superuser, " in told


def test_rule__changed_meanwhile_by_a_command__names_nobody_who_saved_before(admin: Console) -> None:
    rule = make_rule()
    address = f"{RULES}{rule.pk}/change/"
    admin.browser.post(address, RULE_FORM | {"category": "Fuel"})
    opened = typed_into(admin.browser.get(address).content.decode())
    before = Rule.objects.get()
    Rule.objects.update(priority=5)
    unlogged = admin.browser.post(address, RULE_FORM | opened).content.decode()
    record_rule(before, Rule.objects.get(), by=None, origin=Origin.COMMAND)
    logged = admin.browser.post(address, RULE_FORM | opened).content.decode()

    assert "Somebody else has saved the rule since you opened it, by a command or by a client." in unlogged
    assert "Somebody else has saved the rule since you opened it: Command, " in logged


def test_form__only_read__has_no_hidden_field(analyst: Console) -> None:
    page = analyst.browser.get(f"{CATEGORIES}{make_category().pk}/change/").content.decode()

    assert 'name="seen_at"' not in page


def test_form__permission_lost_before_saving__page_says_what_to_do(admin: Console) -> None:
    rule = make_rule()
    assert admin.user
    admin.user.groups.set([Group.objects.get(name="analyst")])

    answer = admin.browser.post(f"{RULES}{rule.pk}/change/", {"name": "Mine"})

    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()
    assert "An admin can" in answer.content.decode()
    assert Rule.objects.get().name == "Coffee"


@pytest.mark.parametrize("action", ["change", "delete"])
def test_form__row_deleted_before_saving__message_on_the_list_and_nothing_is_made(
    admin: Console, action: str
) -> None:
    rule = make_rule()
    address = f"{RULES}{rule.pk}/{action}/"
    rule.delete()

    answer = admin.browser.post(address, {"name": "Mine", "post": "yes"}, follow=True)

    assert answer.redirect_chain == [(RULES, 302)]
    assert "exist. Perhaps it was deleted?" in answer.content.decode()
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("address", "says", "leads_to"),
    [
        ("rolloutproposal/987654/approve/", "Proposal 987654 is gone.", "rollout/"),
        ("rolloutproposal/987654/reject/", "Proposal 987654 is gone.", "rollout/"),
        ("rolloutproposal/987654/withdraw/", "Proposal 987654 is gone.", "rollout/"),
        ("rollouthold/987654/lift/", "Hold 987654 is gone.", "rollout/"),
        (f"rollouthold/{'9' * 30}/lift/", f"Hold {'9' * 30} is gone.", "rollout/"),
        ("apikey/AbCd1234/revoke/", "The key AbCd1234… is gone.", "apikey/"),
        ("rule/revert/987654/", "Change 987654 of a rule is gone.", "rule/"),
        ("transaction/987654/explain/", "Transaction 987654 is gone.", "transaction/"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_own_page__its_row_is_gone__leads_to_what_there_is_and_says_so(
    admin: Console, method: str, address: str, says: str, leads_to: str
) -> None:
    open_page = admin.browser.get if method == "get" else admin.browser.post

    answer = open_page(f"/admin/suggestions/{address}", {"reason": "x"}, follow=True)

    assert answer.redirect_chain == [(f"/admin/suggestions/{leads_to}", 302)]
    assert says in answer.content.decode()


@pytest.mark.parametrize("prefix", ["no-such-key", "a%00b", "AbCd12345"])
def test_own_page__address_that_nobody_could_have__is_not_found(admin: Console, prefix: str) -> None:
    answer = admin.browser.post(f"/admin/suggestions/apikey/{prefix}/revoke/", {"reason": "x"})

    assert answer.status_code == 404
