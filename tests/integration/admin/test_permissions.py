"""Who may open and do what in the admin: a page without a row in the table fails."""

from collections.abc import Callable

import pytest
from django.contrib import admin as django_admin

from mlmodels.models import ChampionChange, TrainingRun
from suggestions.models import (
    ApiKey,
    RolloutChange,
    RolloutHold,
    RolloutPolicy,
    RolloutProposal,
    Rule,
    Transaction,
)
from tests.integration.admin.console import Console
from tests.integration.admin.pages import ALL, OPEN, PAGES, address_of, page_names

pytestmark = pytest.mark.django_db

POSTS = {
    "suggestions_rollout_changelist": {"percentage": "0", "reason": "r", "version": "1"},
    "suggestions_rollout_roll_back": {"reason": "r"},
    "suggestions_rolloutpolicy_changelist": {"reason": "r"},
    "suggestions_rolloutproposal_approve": {"reason": "r"},
    "suggestions_rolloutproposal_reject": {"reason": "r"},
    "suggestions_rolloutproposal_withdraw": {"reason": "r"},
    "suggestions_rollouthold_place": {"reason": "r"},
    "suggestions_rollouthold_lift": {"reason": "r"},
    "suggestions_apikey_revoke": {"reason": "r"},
    "suggestions_rule_delete": {"post": "yes"},
    "suggestions_suggestionevent_label": {"category": "Fuel", "known": ""},
    "suggestions_rule_revert": {"reason": "r"},
    "mlmodels_modelversion_promote": {"reason": "r"},
    "mlmodels_modelversion_roll_back": {"reason": "r"},
    "mlmodels_trainingrun_train": {},
}


def test_permission_table__every_page_of_the_admin__has_a_row() -> None:
    assert page_names() - OPEN == PAGES.keys()


@pytest.mark.parametrize("role", sorted(ALL))
def test_page__each_role__opens_exactly_what_the_table_allows(
    console_of: Callable[[str], Console], world: dict[str, str], role: str
) -> None:
    browser = console_of(role).browser

    wrong = {}
    for name, allowed in PAGES.items():
        status = browser.get(address_of(name, world)).status_code
        if status not in ((200, 302) if role in allowed else (403,)):
            wrong[name] = status

    assert not wrong


def test_page__anonymous__is_sent_to_the_login(
    console_of: Callable[[str], Console], world: dict[str, str]
) -> None:
    browser = console_of("anonymous").browser

    for name in PAGES:
        answer = browser.get(address_of(name, world))
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/admin/login/"), name


@pytest.mark.parametrize("name", POSTS)
@pytest.mark.parametrize("role", ["analyst", "anonymous"])
def test_action__by_who_may_not__changes_nothing(
    console_of: Callable[[str], Console], world: dict[str, str], name: str, role: str
) -> None:
    browser = console_of(role).browser

    answer = browser.post(address_of(name, world), POSTS[name])

    assert answer.status_code == (403 if role == "analyst" else 302)
    assert RolloutChange.objects.count() == 1
    assert RolloutHold.objects.filter(lifted_at=None).count() == 1
    assert RolloutProposal.objects.get().status == "open"
    assert RolloutPolicy.objects.get().version == 0
    assert ChampionChange.objects.count() == 1
    assert TrainingRun.objects.count() == 1
    assert Rule.objects.get().name == "Coffee"
    assert not Transaction.objects.exclude(feedback_category="").exists()
    assert not ApiKey.objects.get().revoked


@pytest.mark.parametrize(
    "model",
    [
        *("suggestionevent", "feedback", "transaction", "rolloutchange", "auditentry"),
        *("rolloutproposal", "rollouthold", "modelversion", "championchange"),
    ],
)
def test_record__even_for_a_superuser__cannot_be_added_changed_or_deleted(
    superuser: Console, world: dict[str, str], model: str
) -> None:
    name = next(key for key in world if key.endswith(f"_{model}"))

    statuses = [
        superuser.browser.get(address_of(f"{name}_add", world)).status_code,
        superuser.browser.post(address_of(f"{name}_change", world), {"reason": "forged"}).status_code,
        superuser.browser.post(address_of(f"{name}_delete", world), {"post": "yes"}).status_code,
    ]

    assert statuses == [403, 403, 403]


def test_sidebar__each_role__offers_only_what_it_may_open(
    console_of: Callable[[str], Console], world: dict[str, str]
) -> None:
    for role in sorted(ALL):
        browser = console_of(role).browser
        request = browser.get("/admin/").wsgi_request
        items = [item for group in django_admin.site.get_sidebar_list(request) for item in group["items"]]  # type: ignore[attr-defined]

        offered = [str(item.get("link_callback") or item["link"]) for item in items if item["has_permission"]]

        assert len(offered) >= 10
        assert {browser.get(link).status_code for link in offered} == {200}, role
