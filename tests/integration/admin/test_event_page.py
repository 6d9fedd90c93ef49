"""The page of one suggestion: why this user saw this, and what was said to it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.log import Origin
from suggestions.labels.staff import set_label
from suggestions.models import Feedback, RolloutChange, SuggestionEvent
from suggestions.rollout import set_percentage
from tests.builders import make_challenger_answer, make_client, make_event, make_rule, make_transaction
from tests.integration.admin.console import Console
from tests.registry_rows import make_champion, make_version

pytestmark = pytest.mark.django_db


def page_of(console: Console, event: SuggestionEvent) -> str:
    address = f"/admin/suggestions/suggestionevent/{event.pk}/change/"
    return str(console.browser.get(address).content.decode())


def story_of(page: str) -> str:
    """Return the part above the form as words with single spaces."""
    above = page.split("Why this was served")[1].split("<form")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", above).split())


def test_event_page__decided__tells_the_steps_in_their_order(analyst: Console) -> None:
    set_percentage(1_000, by=None, reason="start", origin=RolloutChange.Origin.COMMAND)
    event = make_event(make_transaction(make_client()), bucket=512, percentage=1_000, rollout_version=1)

    story = story_of(page_of(analyst, event))

    titles = ["1. User", "2. Bucket", "3. Canary", "4. Rules", "5. Model", "6. Fallback", "7. Served"]
    places = [story.index(title) for title in titles]
    assert places == sorted(places)


def test_event_page__links_the_change_the_rule_and_the_version(analyst: Console) -> None:
    set_percentage(1_000, by=None, reason="start", origin=RolloutChange.Origin.COMMAND)
    change, rule, champion = RolloutChange.objects.get(), make_rule(), make_champion()
    event = make_event(
        make_transaction(make_client()), rule_id=rule.pk, model_version=champion, rollout_version=1
    )

    page = page_of(analyst, event)

    for address in (
        f"/admin/suggestions/rolloutchange/{change.pk}/change/",
        f"/admin/suggestions/rule/{rule.pk}/change/",
        f"/admin/mlmodels/modelversion/{champion.pk}/change/",
    ):
        assert f'href="{address}"' in page


def test_event_page__what_is_gone__says_so_and_links_nothing(analyst: Console) -> None:
    event = make_event(
        make_transaction(make_client()),
        rule_id=4711,
        rollout_version=9,
        model_version=make_version(artifact=b"", size_bytes=0),
    )

    page = page_of(analyst, event)

    assert "by rule 4711, deleted since" in page
    assert "The change log has no entry of that version" in page
    assert "Its bytes have been dropped since" in page
    assert "/rule/4711/" not in page


def test_event_page__challenger__is_never_shown_to_the_user(analyst: Console) -> None:
    event = make_event(make_transaction(make_client()))
    make_challenger_answer(event, version=make_version(status="challenger"), category="Fuel")

    story = story_of(page_of(analyst, event))

    assert re.search(r"Rules Restaurants \(0.90\) – shown to the user", story)
    assert re.search(r"Challenger Fuel \(0.80\) \(v\d+\) v\d+ never shown", story)


def test_event_page__several_verdicts__marks_the_latest(analyst: Console) -> None:
    event = make_event(make_transaction(make_client()))
    Feedback.objects.create(event=event, verdict="rejected", reason="not mine")
    Feedback.objects.create(event=event, verdict="corrected", category="Gifts")

    story = story_of(page_of(analyst, event))

    assert re.search(r"The user corrected: Gifts counts", story)
    assert re.search(r"The user rejected \( not mine \)", story)


def test_event_page__label_of_staff__stands_there_with_who_and_why(admin: Console) -> None:
    client = make_client()
    client.categories.create(name="Fuel")
    event = make_event(make_transaction(client))
    set_label(event.transaction_id, "Fuel", by=admin.user, origin=Origin.ADMIN, reason="a petrol station")

    story = story_of(page_of(admin, event))

    assert "the admin set the category to Fuel ( a petrol station ) counts" in story


def test_event_page__neighbours__are_those_of_the_transaction_and_of_the_user(analyst: Console) -> None:
    client = make_client()
    row, sibling, foreign = (
        make_transaction(client),
        make_transaction(client),
        make_transaction(client, user_id="another"),
    )
    first, of_user, _, event, _, last = (
        make_event(one) for one in (row, sibling, foreign, row, foreign, row)
    )

    page = page_of(analyst, event)

    found = re.findall(r'suggestionevent/(\d+)/change/">\s*(Earlier|Later|← Earlier) of this (\w+)', page)
    assert found == [
        (str(first.pk), "← Earlier", "transaction"),
        (str(last.pk), "Later", "transaction"),
        (str(of_user.pk), "← Earlier", "user"),
        (str(last.pk), "Later", "user"),
    ]


def test_event_page__more_rows__needs_no_more_queries(analyst: Console) -> None:
    event = make_event(make_transaction(make_client()), rule_id=make_rule().pk)
    Feedback.objects.create(event=event, verdict="rejected")
    page_of(analyst, event)
    with CaptureQueriesContext(connection) as few:
        page_of(analyst, event)
    for _ in range(5):
        make_event(make_transaction(event.client))
        Feedback.objects.create(event=event, verdict="rejected")
    with CaptureQueriesContext(connection) as many:
        page_of(analyst, event)

    assert len(many) == len(few) <= 24
