"""Filters of lists that are saved under a name: whose they are, who sees them, where they lead."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from console.admin import MOST
from console.models import SavedFilter
from tests.integration.admin.console import Console

pytestmark = pytest.mark.django_db

FEEDBACK = "suggestions_feedback_changelist"
ADDRESS = "/admin/suggestions/feedback/"
QUERY = "verdict__exact=rejected"
LISTS = {
    "suggestions_suggestionevent_changelist": "/admin/suggestions/suggestionevent/",
    "suggestions_suggestionevent_disagreements": "/admin/suggestions/suggestionevent/disagreements/",
    FEEDBACK: ADDRESS,
    "suggestions_transaction_changelist": "/admin/suggestions/transaction/",
    "suggestions_rule_changelist": "/admin/suggestions/rule/",
    "suggestions_category_changelist": "/admin/suggestions/category/",
    "mlmodels_trainingrun_changelist": "/admin/mlmodels/trainingrun/",
    "audit_auditentry_changelist": "/admin/audit/auditentry/",
}


def make_filter(owner: User | None, **overrides: object) -> SavedFilter:
    values = {"page": FEEDBACK, "name": "refused", "query": QUERY} | overrides
    return SavedFilter.objects.create(owner=owner, **values)  # type: ignore[misc]


def save(browser: Browser, page: str = FEEDBACK, **data: str) -> str:
    """Send the form and return the page that follows."""
    values = {"name": "refused", "query": QUERY} | data
    answer = browser.post(f"/admin/console/savedfilter/save/{page}/", values, follow=True)
    return answer.content.decode()


@pytest.mark.parametrize("page", LISTS)
def test_list__with_a_filter__offers_to_save_it_and_links_what_was_saved(analyst: Console, page: str) -> None:
    query = "client__id__exact=1" if "transaction_" in page else "q=a"
    query = {"suggestions_suggestionevent_disagreements": "merchant=tim", FEEDBACK: QUERY}.get(page, query)
    query = {"mlmodels_trainingrun_changelist": "status__exact=failed"}.get(page, query)
    address = LISTS[page]
    make_filter(analyst.user, page=page, name="mine", query=query)

    shown = analyst.browser.get(f"{address}?{query}").content.decode()

    assert f'<input type="hidden" name="query" value="{query}">' in shown
    assert f'action="/admin/console/savedfilter/save/{page}/"' in shown
    assert f'href="{address}?{query}" aria-current="true"><bdi>mine</bdi>' in shown


def test_list__nothing_saved_or_filtered__says_how_to_save_one(analyst: Console) -> None:
    shown = analyst.browser.get(ADDRESS).content.decode()

    assert "Filter the list, and you can save the filter here under a name." in shown
    assert "Save this filter" not in shown


def test_save__a_filter__is_kept_for_its_owner_and_logged(analyst: Console) -> None:
    shown = save(analyst.browser, name="  refused  ", query=f"?{QUERY}&p=3")

    row = SavedFilter.objects.get()
    assert (row.owner, row.page, row.name, row.query) == (analyst.user, FEEDBACK, "refused", QUERY)
    assert not row.is_shared
    assert "Saved the filter “refused”. Only you see it." in shown
    assert f'href="{ADDRESS}?{QUERY}" aria-current="true"' in shown
    assert LogEntry.objects.get().user == analyst.user


def test_save__name_in_use__keeps_the_first(analyst: Console) -> None:
    make_filter(analyst.user)

    shown = save(analyst.browser, query="verdict__exact=accepted")

    assert SavedFilter.objects.get().query == QUERY
    assert "you have a filter named “refused” here" in shown


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": " "}, "needs a name"),
        ({"name": "a" * 61}, "needs a name"),
        ({"name": "a\0b"}, "needs a name"),
        ({"query": "//evil.example/?a=b"}, "Only the parameters"),
        ({"query": ""}, "Nothing is filtered here"),
    ],
)
def test_save__what_is_no_filter__is_refused_with_the_reason(
    analyst: Console, data: dict[str, str], said: str
) -> None:
    shown = save(analyst.browser, **data)

    assert not SavedFilter.objects.exists()
    assert said in shown


def test_save__more_than_one_person_needs__is_refused(analyst: Console) -> None:
    for number in range(MOST):
        make_filter(analyst.user, name=f"filter {number}")

    shown = save(analyst.browser)

    assert SavedFilter.objects.count() == MOST
    assert f"you have {MOST} filters here" in shown


@pytest.mark.parametrize("page", ["index", "auth_user_changelist", "auth_group_changelist", "nothing"])
def test_save__for_another_page__is_refused(superuser: Console, page: str) -> None:
    answer = superuser.browser.post(f"/admin/console/savedfilter/save/{page}/", {"name": "a", "query": QUERY})

    assert answer.status_code == 403
    assert not SavedFilter.objects.exists()


def test_save__without_the_token_of_the_form__is_refused(analyst: Console) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(analyst.user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]

    answer = browser.post(f"/admin/console/savedfilter/save/{FEEDBACK}/", {"name": "a", "query": QUERY})

    assert answer.status_code == 403
    assert not SavedFilter.objects.exists()


def test_list__of_two_readers__shows_each_their_own(analyst: Console, operator: Console) -> None:
    make_filter(analyst.user, name="the analyst's own")
    make_filter(operator.user, name="of the operator")

    analysts = analyst.browser.get(ADDRESS).content.decode()
    operators = operator.browser.get(ADDRESS).content.decode()

    assert "the analyst&#x27;s own" in analysts
    assert "of the operator" not in analysts
    assert "of the operator" in operators
    assert "the analyst&#x27;s own" not in operators


def test_list__filter_of_another_list__is_not_shown(analyst: Console) -> None:
    make_filter(analyst.user, page="audit_auditentry_changelist")

    assert "<bdi>refused</bdi>" not in analyst.browser.get(ADDRESS).content.decode()


def test_list__hostile_name_and_query__are_text(analyst: Console) -> None:
    save(analyst.browser, name='"><script>alert(1)</script>', query='verdict__exact="><script>alert(2)')

    shown = analyst.browser.get(ADDRESS).content.decode()

    assert "<script>alert" not in shown
    assert "&quot;&gt;&lt;script&gt;alert(1)" in shown
    assert f'href="{ADDRESS}?verdict__exact=%22%3E%3Cscript%3Ealert%282%29"' in shown


@pytest.mark.parametrize("act", ["share", "delete"])
def test_private_filter_of_another__even_for_an_admin__looks_gone_and_stays(
    admin: Console, analyst: Console, act: str
) -> None:
    row = make_filter(analyst.user)

    answers = [
        admin.browser.post(f"/admin/console/savedfilter/{pk}/{act}/", follow=True)
        for pk in (row.pk, row.pk + 1)
    ]

    assert [answer.redirect_chain for answer in answers] == [[("/admin/", 302)]] * 2
    assert all("That filter is gone already." in answer.content.decode() for answer in answers)
    assert not SavedFilter.objects.get().is_shared


def test_delete__own__is_gone_and_leads_back_to_what_was_filtered(analyst: Console) -> None:
    row = make_filter(analyst.user)

    answer = analyst.browser.post(f"/admin/console/savedfilter/{row.pk}/delete/", {"query": QUERY})

    assert answer.headers["Location"] == f"{ADDRESS}?{QUERY}"
    assert not SavedFilter.objects.exists()


def test_delete__query_that_leads_elsewhere__leads_to_the_list(analyst: Console) -> None:
    row = make_filter(analyst.user)

    answer = analyst.browser.post(
        f"/admin/console/savedfilter/{row.pk}/delete/", {"query": "//evil.example/?a=b"}
    )

    assert answer.headers["Location"] == ADDRESS


def test_share__by_an_admin__shows_it_to_everybody_until_it_is_withdrawn(
    admin: Console, analyst: Console
) -> None:
    row = make_filter(admin.user)
    address = f"/admin/console/savedfilter/{row.pk}/share/"

    admin.browser.post(address)
    while_shared = analyst.browser.get(ADDRESS).content.decode()
    admin.browser.post(address, {"withdraw": "1"})
    afterwards = analyst.browser.get(ADDRESS).content.decode()

    assert '<bdi>refused</bdi> <span class="lm-saved-by">by <bdi>the admin</bdi>' in while_shared
    assert "Manage saved filters" not in while_shared
    assert "<bdi>refused</bdi>" not in afterwards
    assert LogEntry.objects.count() == 2


@pytest.mark.parametrize("act", ["share", "delete"])
def test_shared_filter_of_another__for_an_analyst__stays_as_it_is(
    admin: Console, analyst: Console, act: str
) -> None:
    row = make_filter(admin.user, is_shared=True)

    answer = analyst.browser.post(f"/admin/console/savedfilter/{row.pk}/{act}/", {"withdraw": "1"})

    assert answer.status_code == 403
    assert SavedFilter.objects.get().is_shared


def test_share__own_filter_without_the_permission__is_refused(analyst: Console) -> None:
    row = make_filter(analyst.user)

    answer = analyst.browser.post(f"/admin/console/savedfilter/{row.pk}/share/")

    assert answer.status_code == 403
    assert not SavedFilter.objects.get().is_shared


def test_person__with_filters__can_be_deleted_with_them(superuser: Console, analyst: Console) -> None:
    make_filter(analyst.user)

    superuser.browser.post(f"/admin/auth/user/{analyst.user.pk}/delete/", {"post": "yes"})  # type: ignore[union-attr]

    assert not SavedFilter.objects.exists()


def test_list__any_number_of_filters__costs_one_query(
    analyst: Console, console_of: Callable[[str], Console]
) -> None:
    others = [console_of("operator").user, console_of("admin").user]
    counts = []
    for number in range(2):
        for owner in [analyst.user, *others] * (1 + 5 * number):
            make_filter(owner, name=f"f{SavedFilter.objects.count()}", is_shared=True)
        with CaptureQueriesContext(connection) as captured:
            analyst.browser.get(ADDRESS)
        counts.append(sum('FROM "console_savedfilter"' in query["sql"] for query in captured))
        counts.append(len(captured))

    assert counts[:2] == counts[2:]
    assert counts[0] == 1
