"""Every kind of page in a browser: nothing complains, nothing is wider than a phone or a desk."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect

from suggestions.models import Feedback, RolloutChange
from suggestions.rollout import set_percentage
from tests.builders import make_client, make_event, make_key, make_rule, make_transaction
from tests.registry_rows import make_champion, make_run
from tests.version_facts import METRICS

pytestmark = pytest.mark.django_db(transaction=True)

LISTS = [
    "suggestions/rolloutchange",
    "suggestions/rolloutproposal",
    "suggestions/rollouthold",
    "suggestions/suggestionevent",
    "suggestions/feedback",
    "suggestions/transaction",
    "suggestions/rule",
    "suggestions/category",
    "suggestions/client",
    "suggestions/apikey",
    "mlmodels/modelversion",
    "mlmodels/trainingrun",
    "mlmodels/championchange",
    "django_celery_beat/periodictask",
]


@pytest.fixture
def addresses(transactional_db: None) -> list[str]:
    client = make_client(name="a client with a name that is rather long for a narrow screen")
    make_key(client=client)
    row = make_transaction(client, description="A-DESCRIPTION-WITHOUT-ANY-SPACES-" * 6)
    event = make_event(row, state="disagree", model_category="Fuel", model_confidence=0.7)
    Feedback.objects.create(event=event, verdict="corrected", category="Fuel")
    set_percentage(2_500, by=None, reason="a" * 300, origin=RolloutChange.Origin.COMMAND)
    champion = make_champion(metrics=METRICS)
    return [
        "/admin/",
        "/admin/suggestions/rollout/",
        "/admin/suggestions/rollout/roll-back/",
        "/admin/suggestions/rolloutpolicy/",
        "/admin/suggestions/rollouthold/place/",
        "/admin/suggestions/suggestionevent/disagreements/",
        "/admin/suggestions/suggestionevent/disagreements/?min_confidence=2",
        "/admin/password_change/",
        *(f"/admin/{name}/" for name in LISTS),
        f"/admin/suggestions/suggestionevent/{event.pk}/change/",
        f"/admin/suggestions/transaction/{row.pk}/change/",
        f"/admin/suggestions/transaction/{row.pk}/explain/",
        f"/admin/suggestions/rule/{make_rule().pk}/change/",
        "/admin/suggestions/rule/add/",
        "/admin/suggestions/rule/suggested/",
        "/admin/suggestions/rule/deleted/",
        "/admin/suggestions/transaction/playground/",
        "/admin/suggestions/apikey/add/",
        f"/admin/mlmodels/modelversion/{champion.pk}/change/",
        f"/admin/mlmodels/modelversion/{champion.pk}/card/",
        f"/admin/mlmodels/trainingrun/{make_run().pk}/change/",
    ]


def test_page__in_a_browser__opens_without_complaint(page: Page, addresses: list[str]) -> None:
    for address in addresses:
        answer = page.goto(address)

        assert answer is not None
        assert answer.status == 200, address
        expect(page.locator("#content")).to_be_visible()


def test_page__on_a_phone__is_no_wider_than_the_screen(phone: Page, addresses: list[str]) -> None:
    assert not _too_wide(phone, addresses, 390)


def test_page__on_a_desk__is_no_wider_than_the_screen(
    page: Page, addresses: list[str], admin_user: User
) -> None:
    User.objects.filter(pk=admin_user.pk).update(is_superuser=True)
    group = Group.objects.earliest("pk")
    people = [f"/admin/auth/user/{admin_user.pk}/change/", f"/admin/auth/group/{group.pk}/change/"]

    assert not _too_wide(page, addresses + people, 1280)


def _too_wide(page: Page, addresses: list[str], width: int) -> dict[str, int]:
    widths = {}
    for address in addresses:
        page.goto(address)
        widths[address] = page.evaluate("document.documentElement.scrollWidth")
    return {address: found for address, found in widths.items() if found > width}


def test_theme__dark__is_applied(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto("/admin/suggestions/rollout/")

    assert "dark" in (page.locator("html").get_attribute("class") or "")
