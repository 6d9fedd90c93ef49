"""A rule in the admin is tried before it is saved, and a weak one is not saved by accident."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client as Browser

from audit.models import AuditEntry
from suggestions.models import Rule
from tests.builders import make_client, make_rule, make_transaction
from tests.integration.admin.console import Console
from tests.rule_form import RULE_FORM

pytestmark = pytest.mark.django_db

RULES = "/admin/suggestions/rule/"
TRY = {"_try": ""}


def post(browser: Browser, address: str, **fields: Any) -> str:
    return str(browser.post(f"{RULES}{address}", RULE_FORM | fields).content.decode())


def test_try__new_rule__shows_what_it_would_do_and_saves_nothing(admin: Console) -> None:
    other = make_rule(name="Tim rule", pattern="tim", category="Coffee")
    client = make_client()
    make_transaction(client, category="Restaurants")
    make_transaction(client, description="CITY FUEL")

    page = post(admin.browser, "add/", **TRY)

    for part in (
        "It matches 1 of the newest 2 transactions.",
        "1 of 1, 100 %",
        "Suggestions of the rules that would change: 1; 1 from wrong or nothing to right",
        "TIM HORTONS #1234",
        f'href="{RULES}{other.pk}/change/">Tim rule</a>',
        "<td>this rule</td>",
        'value="tim hortons"',
        "it never changes a category that a client sent or a user chose",
    ):
        assert part in page
    assert "Please correct the error" not in page
    assert list(Rule.objects.all()) == [other]
    assert not AuditEntry.objects.exists()


def test_try__saved_rule__is_tried_in_its_own_place_and_stays_as_it_was(admin: Console) -> None:
    rule = make_rule(category="Coffee")
    make_transaction(make_client())

    page = post(admin.browser, f"{rule.pk}/change/", **TRY)

    assert "Suggestions of the rules that would change: 1" in page
    assert "No other rule says otherwise" in page
    assert Rule.objects.get().category == "Coffee"


def test_try__saved_rule_moved_to_another_client__shows_what_the_first_one_would_lose(admin: Console) -> None:
    client, other = make_client(), make_client()
    rule = make_rule(client=client)
    make_transaction(client)

    page = post(admin.browser, f"{rule.pk}/change/", client=other.pk, **TRY)

    assert "It is saved for others: 1 more of the newest transactions there" in page
    assert "Suggestions of the rules that would change: 1" in page


def test_try__button__stands_in_the_form_without_scripts(admin: Console) -> None:
    page = admin.browser.get(f"{RULES}add/").content.decode()

    form = page[page.index('id="rule_form"') :].split("</form>")[0]
    assert 'name="_try"' in form
    assert "formaction=#trial" in form


def test_try__refused_pattern__stays_refused(admin: Console) -> None:
    page = post(admin.browser, "add/", kind="re2", pattern="(tim", **TRY)

    assert "RE2 refuses the pattern" in page
    assert "It matches" not in page


def test_try__nothing_to_try_it_on__says_where_it_comes_from(admin: Console) -> None:
    assert "There are no transactions to try it on yet." in post(admin.browser, "add/", **TRY)


def test_try__hostile_texts__are_text(admin: Console) -> None:
    make_transaction(make_client(), description="TIM HORTONS <script>alert(1)</script> متجر")

    page = post(admin.browser, "add/", category="<script>alert(2)</script>", **TRY)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(2)" in page
    assert "متجر" in page


def test_try__without_the_right_to_descriptions__shows_none() -> None:
    user = User.objects.create_user("editor", is_staff=True)
    names = ("view_rule", "add_rule", "change_rule", "view_transaction")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    browser = Browser()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    make_transaction(make_client())
    rule = make_rule()

    for page in (
        post(browser, "add/", **TRY),
        browser.get(f"{RULES}{rule.pk}/change/").content.decode(),
    ):
        assert "atches 1 of the" in page
        assert "Your role may not see the descriptions." in page
        assert "#1234" not in page


@pytest.mark.parametrize("address", ["add/", "{pk}/change/"])
def test_try__by_an_analyst__is_refused_and_not_offered(analyst: Console, address: str) -> None:
    rule = make_rule()

    answer = analyst.browser.post(f"{RULES}{address.format(pk=rule.pk)}", RULE_FORM | TRY)

    assert answer.status_code == 403
    assert 'name="_try"' not in analyst.browser.get(f"{RULES}{rule.pk}/change/").content.decode()


def test_save__weak_word__is_kept_back_until_somebody_insists(admin: Console) -> None:
    page = post(admin.browser, "add/", pattern="store")
    warned = not Rule.objects.exists()
    post(admin.browser, "add/", pattern="store", accept_weak=accepted(page))

    assert warned
    assert "Not saved yet: read the warning" in page
    assert "stands in lines of very many merchants" in page
    assert Rule.objects.get().pattern == "store"


def accepted(page: str) -> str:
    found = re.search(r'name="accept_weak" value="([^"]+)"', page)
    assert found
    return found[1]


def test_save__other_weak_word_than_the_accepted_one__is_kept_back_too(admin: Console) -> None:
    warned = post(admin.browser, "add/", pattern="store")

    page = post(admin.browser, "add/", pattern="payment", accept_weak=accepted(warned))

    assert "Not saved yet: read the warning" in page
    assert accepted(page) != accepted(warned)
    assert not Rule.objects.exists()


def test_try__amount_with_a_sign__is_refused_before_it_is_tried(admin: Console) -> None:
    make_transaction(make_client())

    page = post(admin.browser, "add/", amount_max="-10", **TRY)

    assert "Write the amount without its sign" in page
    assert "It matches" not in page


def test_save__matches_more_than_a_fifth__is_kept_back(admin: Console) -> None:
    client = make_client()
    for number in range(100):
        make_transaction(client, description=f"{'TIM HORTONS' if number < 21 else 'ESSO'} {number}")

    page = post(admin.browser, "add/")

    assert "It matches 21 of 100 transactions, 21 %" in page
    assert not Rule.objects.exists()


def test_save__weak_rule_whose_pattern_stays__is_not_asked_about_again(admin: Console) -> None:
    rule = make_rule(pattern="store")

    post(admin.browser, f"{rule.pk}/change/", pattern="store", category="Groceries")

    assert Rule.objects.get().category == "Groceries"


def seen_at(page: str) -> str:
    found = re.search(r'name="seen_at" value="([^"]+)"', page)
    assert found
    return found[1]


def test_save__somebody_else_saved_meanwhile__says_so_and_writes_over_on_the_second_time(
    admin: Console,
) -> None:
    rule = make_rule()
    opened = seen_at(admin.browser.get(f"{RULES}{rule.pk}/change/").content.decode())
    Rule.objects.update(priority=5)

    tried = post(admin.browser, f"{rule.pk}/change/", category="Mine", seen_at=opened, **TRY)
    refused = post(admin.browser, f"{rule.pk}/change/", category="Mine", seen_at=seen_at(tried))
    kept = Rule.objects.get().category
    post(admin.browser, f"{rule.pk}/change/", category="Mine", seen_at=seen_at(refused))

    assert "Somebody else has saved the rule" not in tried
    assert "Somebody else has saved the rule since you opened it" in refused
    assert 'value="Mine"' in refused
    assert kept == "Restaurants"
    assert Rule.objects.get().category == "Mine"


def test_save__nobody_else_saved__is_saved(admin: Console) -> None:
    rule = make_rule()
    opened = seen_at(admin.browser.get(f"{RULES}{rule.pk}/change/").content.decode())

    post(admin.browser, f"{rule.pk}/change/", category="Mine", seen_at=opened)

    assert Rule.objects.get().category == "Mine"
