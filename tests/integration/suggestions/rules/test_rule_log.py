"""Each change of a rule, and its entry in the audit log."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest
from django.db import connection, transaction
from django.test import Client as Browser

from audit.models import AuditEntry
from suggestions.models import Rule
from suggestions.roles import Role
from suggestions.rules.starter import install_starter_rules
from tests.audit_rows import break_log, mend_log
from tests.builders import make_rule
from tests.rule_form import RULE_FORM
from tests.staff import make_staff

pytestmark = pytest.mark.django_db

RULES = "/admin/suggestions/rule/"
FORM = RULE_FORM | {"amount_min": "5"}


@pytest.fixture
def browser(db: None) -> Browser:
    browser = Browser()
    browser.force_login(make_staff(Role.ADMIN), backend="django.contrib.auth.backends.ModelBackend")
    return browser


def test_rule__added__is_logged_with_who_and_why(browser: Browser) -> None:
    browser.post(f"{RULES}add/", FORM | {"reason": "many were silent"})

    entry, rule = AuditEntry.objects.get(), Rule.objects.get()
    assert (entry.kind, entry.subject, entry.actor) == ("rule", f"rule {rule.pk}", "the admin")
    assert (entry.origin, entry.reason, entry.before) == ("admin", "many were silent", {})
    assert (entry.after["pattern"], entry.after["amount_min"]) == ("tim hortons", "5.00")


def test_rule__changed__is_logged_from_and_to(browser: Browser) -> None:
    rule = make_rule(amount_min=5)

    browser.post(f"{RULES}{rule.pk}/change/", FORM | {"category": "Coffee shops"})

    entry = AuditEntry.objects.get()
    assert (entry.before["category"], entry.after["category"]) == ("Restaurants", "Coffee shops")
    assert {name for name in entry.after if entry.after[name] != entry.before[name]} == {"category"}


def test_rule__saved_as_it_was__is_no_change(browser: Browser) -> None:
    rule = make_rule(amount_min=5)

    answer = browser.post(f"{RULES}{rule.pk}/change/", FORM)

    assert answer.status_code == 302
    assert not AuditEntry.objects.exists()


def test_rule__deleted__is_logged_as_it_was(browser: Browser) -> None:
    rule = make_rule()

    browser.post(f"{RULES}{rule.pk}/delete/", {"post": "yes"})

    entry = AuditEntry.objects.get()
    assert (entry.subject, entry.actor) == (f"rule {rule.pk}", "the admin")
    assert (entry.before["name"], entry.after) == ("Coffee", {})
    assert not Rule.objects.exists()


def test_rules__several_deleted_at_once__an_entry_each(browser: Browser) -> None:
    rules = [make_rule(), make_rule(name="Tea", pattern="tea house")]

    delete_selected(browser, rules)

    assert {entry.before["name"] for entry in AuditEntry.objects.all()} == {"Coffee", "Tea"}
    assert not Rule.objects.exists()


def delete_selected(browser: Browser, rules: list[Rule]) -> str:
    form = {"action": "delete_selected", "_selected_action": [rule.pk for rule in rules], "post": "yes"}
    return browser.post(RULES, form, follow=True).content.decode()


@pytest.mark.django_db(transaction=True)
def test_rules__deleted_while_somebody_saves_one__is_logged_as_it_was_at_the_last(browser: Browser) -> None:
    rule = make_rule()

    def delete() -> None:
        delete_selected(browser, [rule])
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Rule.objects.update(category="Fuel")
            deletion = pool.submit(delete)
            wait_until_somebody_waits()
        deletion.result()

    assert AuditEntry.objects.get().before["category"] == "Fuel"


def wait_until_somebody_waits() -> None:
    deadline = monotonic() + 20
    while monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
        sleep(0.02)
    raise AssertionError("nobody waits for the row")


CHANGES: dict[str, Callable[[Browser, Rule], str]] = {
    "added": lambda browser, _rule: browser.post(f"{RULES}add/", FORM, follow=True).content.decode(),
    "changed": lambda browser, rule: browser.post(
        f"{RULES}{rule.pk}/change/", FORM | {"category": "Fuel"}, follow=True
    ).content.decode(),
    "deleted": lambda browser, rule: browser.post(
        f"{RULES}{rule.pk}/delete/", {"post": "yes"}, follow=True
    ).content.decode(),
    "several deleted": lambda browser, rule: delete_selected(browser, [rule]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_rule__change_that_cannot_be_logged__is_not_made_and_says_why(
    browser: Browser, change: Callable[[Browser, Rule], str]
) -> None:
    rule = make_rule()
    break_log()

    page = change(browser, rule)

    mend_log()
    assert "Not done: the audit log cannot be written" in page
    assert Rule.objects.get().category == "Restaurants"


@pytest.mark.parametrize("address", ["add/", "{pk}/change/"])
def test_rule__change_that_cannot_be_logged__keeps_what_was_typed_in(browser: Browser, address: str) -> None:
    rule = make_rule()
    typed = FORM | {"name": "typed in", "reason": "a long story"}
    break_log()

    answer = browser.post(f"{RULES}{address.format(pk=rule.pk)}", typed)

    mend_log()
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="typed in"' in page
    assert 'value="a long story"' in page
    assert browser.post(f"{RULES}add/", typed).status_code == 302


def test_rule_page__analyst__is_asked_for_no_reason(browser: Browser) -> None:
    rule = make_rule()
    asked = browser.get(f"{RULES}{rule.pk}/change/").content.decode()
    browser.force_login(make_staff(Role.ANALYST), backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get(f"{RULES}{rule.pk}/change/").content.decode()

    assert 'name="reason"' in asked
    assert "stands in the audit log" not in page


def test_starter_rules__installed__are_one_entry() -> None:
    count = install_starter_rules()
    install_starter_rules()

    entry = AuditEntry.objects.get()
    assert (entry.subject, entry.origin, entry.after) == ("starter rules", "start", {"rules": count})
