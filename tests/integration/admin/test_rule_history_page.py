"""The versions of a rule in the admin, and the way back."""

import re

import pytest

from audit.models import AuditEntry
from suggestions.models import Rule
from suggestions.rules.log import record_rule
from tests.audit_rows import break_log, mend_log
from tests.builders import make_rule
from tests.integration.admin.console import Console
from tests.integration.admin.test_rule_trial_page import RULES, post
from tests.rule_form import RULE_FORM

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(admin: Console) -> Rule:
    rule = make_rule(category="Coffee")
    post(admin.browser, f"{rule.pk}/change/", category="<b>Fuel</b>", reason="a mistake")
    return rule


def way_back(page: str) -> str:
    found = re.search(r'href="(/admin/suggestions/rule/revert/\d+/)"', page)
    assert found
    return found[1]


def page_of(console: Console, address: str) -> str:
    return str(console.browser.get(address).content.decode())


def test_versions__on_the_rules_page__who_what_and_why(admin: Console, changed: Rule) -> None:
    page = page_of(admin, f"{RULES}{changed.pk}/change/").partition('id="versions"')[2]

    for part in (
        "the admin",
        "a mistake",
        "category:",
        "<bdi>Coffee</bdi>",
        "<bdi>&lt;b&gt;Fuel&lt;/b&gt;</bdi>",
    ):
        assert part in page


def test_versions__none_yet__says_what_will_stand_there(admin: Console) -> None:
    page = page_of(admin, f"{RULES}{make_rule().pk}/change/")

    assert "Nothing was changed since it was installed." in page


def test_versions__log_that_cannot_be_read__the_rule_still_opens(admin: Console) -> None:
    rule = make_rule()
    break_log()

    page = page_of(admin, f"{RULES}{rule.pk}/change/")

    mend_log()
    assert "The audit log cannot be read" in page


def test_revert__with_a_reason__is_a_new_change(admin: Console, changed: Rule) -> None:
    address = way_back(page_of(admin, f"{RULES}{changed.pk}/change/"))
    question = page_of(admin, address)
    unchanged = Rule.objects.get().category
    without = admin.browser.post(address, {"reason": ""})

    answer = admin.browser.post(address, {"reason": "it was right before"}, follow=True)

    assert "category “Coffee”" in question
    assert (unchanged, without.status_code) == ("<b>Fuel</b>", 200)
    assert "is again what it was before that change" in answer.content.decode()
    assert Rule.objects.get().category == "Coffee"
    entry = AuditEntry.objects.first()
    assert entry
    assert (entry.actor, entry.reason, entry.origin) == ("the admin", "it was right before", "admin")


def test_versions__more_than_are_shown__says_so_and_leads_to_the_log(admin: Console) -> None:
    rule = make_rule()
    for number in range(51):
        before = Rule.objects.get()
        Rule.objects.update(priority=number + 1)
        record_rule(before, Rule.objects.get(), by=None, origin=AuditEntry.Origin.COMMAND)

    page = page_of(admin, f"{RULES}{rule.pk}/change/")

    assert "These are the latest 50." in page
    assert f"?kind__exact=rule&amp;q=rule+{rule.pk}" in page


def answer(page: str, reason: str) -> dict[str, str]:
    """Return what the form of a question sends with a reason."""
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return {"reason": reason, "seen": found[1]}


def test_revert__rule_saved_while_the_question_was_open__is_refused_once_and_says_what_was_saved(
    admin: Console, superuser: Console, changed: Rule
) -> None:
    question = way_back(page_of(admin, f"{RULES}{changed.pk}/change/"))
    opened = page_of(admin, question)
    post(superuser.browser, f"{changed.pk}/change/", category="Groceries")

    asked_again = admin.browser.post(question, answer(opened, " ")).content.decode()
    told = admin.browser.post(question, answer(asked_again, "x"), follow=True).content.decode()
    kept = Rule.objects.get().category
    admin.browser.post(question, answer(page_of(admin, question), "x"))

    assert "the superuser has changed (category “&lt;b&gt;Fuel&lt;/b&gt;” → “Groceries”) the rule." in told
    assert kept == "Groceries"
    assert Rule.objects.get().category == "Coffee"


def test_deleted__log_that_cannot_be_read__says_so_and_nothing_is_restored(admin: Console) -> None:
    rule = make_rule()
    admin.browser.post(f"{RULES}{rule.pk}/delete/", {"post": "yes"})
    question = way_back(page_of(admin, f"{RULES}deleted/"))
    break_log()

    listed = page_of(admin, f"{RULES}deleted/")
    told = admin.browser.get(question, follow=True).content.decode()

    mend_log()
    assert "nobody knows which rules are gone" in listed
    assert "Not done: The audit log cannot be read" in told


def test_deleted__rule_is_listed_restored_and_listed_no_more(admin: Console) -> None:
    rule = make_rule(name="Lost & found")
    admin.browser.post(f"{RULES}{rule.pk}/delete/", {"post": "yes"})
    listed = page_of(admin, f"{RULES}deleted/")

    admin.browser.post(way_back(listed), {"reason": "deleted by mistake"})

    assert "Lost &amp; found" in listed
    assert Rule.objects.get().pk == rule.pk
    assert "No rule is gone." in page_of(admin, f"{RULES}deleted/")


def test_revert__refused__says_why(admin: Console) -> None:
    rule = make_rule(kind="re2", pattern="(((")
    post(admin.browser, f"{rule.pk}/change/")
    address = way_back(page_of(admin, f"{RULES}{rule.pk}/change/"))

    answer = admin.browser.post(address, {"reason": "x"}, follow=True)

    assert "Not done: RE2 refuses the pattern" in answer.content.decode()
    assert Rule.objects.get().pattern == "tim hortons"


def test_revert__entry_that_adds_the_rule__is_not_found(admin: Console) -> None:
    admin.browser.post(f"{RULES}add/", RULE_FORM)
    entry = AuditEntry.objects.get()

    assert admin.browser.get(f"{RULES}revert/{entry.pk}/").status_code == 404


def test_revert__by_an_analyst__is_refused_and_not_offered(
    admin: Console, analyst: Console, changed: Rule
) -> None:
    address = way_back(page_of(admin, f"{RULES}{changed.pk}/change/"))

    answer = analyst.browser.post(address, {"reason": "x"})

    assert answer.status_code == 403
    assert "/revert/" not in page_of(analyst, f"{RULES}{changed.pk}/change/")
    assert Rule.objects.get().category == "<b>Fuel</b>"
