from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from mlmodels.models import ModelVersion
from suggestions.evidence.reading import read_inputs
from suggestions.evidence.rollups import fold_events, mark_stale
from suggestions.models import Client, EvidenceDay, EvidenceHour, SuggestionEvent
from tests.builders import make_event, make_transaction
from tests.registry_rows import make_version

pytestmark = pytest.mark.django_db

TODAY = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
def champion(db: None) -> ModelVersion:
    version = make_version(status="champion")
    ModelVersion.objects.update(promoted_at=TODAY - timedelta(days=30))
    return version


def make_event_at(client: Client, made_at: datetime, **values: object) -> SuggestionEvent:
    event = make_event(make_transaction(client), request_size=1, latency_ms=20, **values)
    SuggestionEvent.objects.filter(pk=event.pk).update(created_at=made_at)
    return event


def make_days(client: Client, champion: ModelVersion) -> None:
    other = make_version(status="archived")
    for days, hours in ((0, 0), (1, 0), (1, 23), (2, 5), (2, 5), (9, 12)):
        made_at = TODAY - timedelta(days=days) + timedelta(hours=hours)
        make_event_at(client, made_at, state="agree", model_version=champion, user_group=hours)
        make_event_at(client, made_at, state="disagree", model_version=champion, rollout_version=1)
        make_event_at(client, made_at, state="disagree", model_version=other)
        make_event_at(client, made_at, state="model_error", fallback="timeout")


def summed_days() -> list[str]:
    return sorted({f"{day:%m-%d}" for day in EvidenceDay.objects.values_list("day", flat=True)})


def days_ago(*days: int) -> list[str]:
    return sorted(f"{TODAY - timedelta(days=n):%m-%d}" for n in days)


def test_fold__days_that_are_over__are_summed_and_the_newest_is_not(
    alice: Client, champion: ModelVersion
) -> None:
    make_days(alice, champion)

    fold_events()

    assert summed_days() == days_ago(1, 2, 9)
    day = EvidenceDay.objects.get(day=TODAY - timedelta(days=1), model_version=champion, rollout_version=0)
    assert (day.calls, day.counts["agree"], day.counts["disagree"], sum(day.latency)) == (2, 2, 0, 2)
    assert day.day.tzinfo == UTC


def test_read_inputs__with_days_summed__says_the_same_as_of_the_hours_alone(
    alice: Client, champion: ModelVersion
) -> None:
    make_days(alice, champion)
    fold_events()
    now = timezone.now()

    with_days = read_inputs(now)
    EvidenceDay.objects.all().delete()
    of_hours = read_inputs(now)

    assert replace(with_days, hourly=of_hours.hourly) == of_hours
    assert (with_days.champion.count("agree"), with_days.champion.count("disagree")) == (6, 6)
    assert with_days.champion.groups["users"]["23"][:2] == [1, 1]
    assert with_days.step.failures == {"timeout": 6}


def test_read_inputs__hour_by_hour__is_day_by_day_for_what_is_older_than_a_week(
    alice: Client, champion: ModelVersion
) -> None:
    for days, hour in ((9, 3), (9, 12), (2, 5), (0, 0)):
        made_at = TODAY - timedelta(days=days) + timedelta(hours=hour)
        make_event_at(alice, made_at, state="agree", model_version=champion, rollout_version=hour % 2)
    fold_events()

    hourly = read_inputs(timezone.now()).hourly

    assert [(datetime.fromisoformat(one.hour) - TODAY, one.agree) for one in hourly] == [
        (timedelta(days=-8, hours=-1), 2),
        (timedelta(days=-2, hours=5), 1),
        (timedelta(), 1),
    ]


def test_fold__late_label__sums_the_day_again(alice: Client, champion: ModelVersion) -> None:
    event = make_event_at(
        alice, TODAY - timedelta(days=3), state="disagree", model_version=champion,
        rule_category="Rent", model_category="Fuel",
    )  # fmt: skip
    make_event_at(alice, TODAY, model_version=champion)
    fold_events()
    before = EvidenceDay.objects.get()

    alice.transactions.filter(pk=event.transaction_id).update(feedback_category="Fuel")
    mark_stale([event.transaction_id])
    fold_events()

    after = EvidenceDay.objects.get()
    assert (before.counts["rule_only_model"], after.counts["rule_only_model"]) == (0, 1)


def test_fold__nothing_new__writes_no_day_again(alice: Client, champion: ModelVersion) -> None:
    make_days(alice, champion)
    fold_events()
    before = set(EvidenceDay.objects.values_list("pk", flat=True))

    fold_events()

    assert set(EvidenceDay.objects.values_list("pk", flat=True)) == before


def test_fold__hours_that_are_gone__take_their_day_along(alice: Client, champion: ModelVersion) -> None:
    make_days(alice, champion)
    fold_events()
    SuggestionEvent.objects.filter(created_at__lt=TODAY - timedelta(days=5)).delete()
    EvidenceHour.objects.filter(hour__lt=TODAY - timedelta(days=5)).delete()

    fold_events()

    assert summed_days() == days_ago(1, 2)
