from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from mlmodels.models import ModelVersion
from suggestions.domain.evidence.agreement import Verdict
from suggestions.domain.ramp.judging import Inputs, judge
from suggestions.evidence.reading import current_evidence, totals_since
from suggestions.evidence.rollups import fold_events
from suggestions.models import Client, EvidenceFold, Feedback, SuggestionEvent
from tests.builders import make_event, make_transaction
from tests.registry_rows import make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def champion(db: None) -> ModelVersion:
    return make_version(status="champion")


def make_comparisons(client: Client, version: ModelVersion, *, agree: int, disagree: int) -> None:
    one = make_transaction(client)
    SuggestionEvent.objects.bulk_create(
        SuggestionEvent(
            client=client, transaction=one, state="agree" if number < agree else "disagree", source="rule",
            rollout_version=0, percentage=0, model_version=version, request_size=1, latency_ms=20,
            user_group=number * 7 % 256, merchant_group=number * 11 % 256,
        )
        for number in range(agree + disagree)
    )  # fmt: skip


def test_evidence__several_verdicts_on_one_suggestion__the_latest_counts_once(alice: Client) -> None:
    by_rule = make_event(make_transaction(alice))
    by_model = make_event(make_transaction(alice), source="model", state="agree")
    for event, verdicts in ((by_rule, ["rejected", "accepted"]), (by_model, ["accepted", "corrected"])):
        for verdict in verdicts:
            Feedback.objects.create(event=event, verdict=verdict, category="Fuel")
    make_event(make_transaction(alice))

    fold_events()
    totals = totals_since(timezone.now())

    assert totals.counts["rule_accepted"] == 1
    assert totals.counts["model_corrected"] == 1
    assert sum(totals.counts.values()) == 5  # three states, two verdicts


def test_evidence__period__begins_with_a_full_hour(alice: Client) -> None:
    made_at = timezone.now().replace(minute=30) - timedelta(hours=5)
    make_event(make_transaction(alice), state="agree")
    SuggestionEvent.objects.update(created_at=made_at)
    fold_events()

    assert totals_since(made_at + timedelta(minutes=29)).count("agree") == 1
    assert totals_since(made_at + timedelta(minutes=30)).count("agree") == 0


def test_current_evidence__many_agreements__proceeds_on_the_bound(
    alice: Client, champion: ModelVersion
) -> None:
    make_comparisons(alice, champion, agree=380, disagree=20)

    evidence = current_evidence()

    assert evidence.agreement.verdict == Verdict.PROCEED
    assert evidence.agreement.lower > 0.85
    assert evidence.inputs.last_calls.calls == 50
    assert evidence.inputs.step.calls == 400


def test_current_evidence__another_versions_comparisons__say_nothing_of_the_champion(
    alice: Client, champion: ModelVersion
) -> None:
    make_comparisons(alice, make_version(status="archived"), agree=400, disagree=0)

    evidence = current_evidence()

    assert evidence.agreement.comparisons == 0
    assert evidence.agreement.verdict == Verdict.COLLECTING
    assert (evidence.inputs.step.calls, evidence.inputs.last_calls.calls) == (0, 0)


def test_current_evidence__no_model_could_be_asked__counts_against_the_step(
    alice: Client, champion: ModelVersion
) -> None:
    ModelVersion.objects.filter(pk=champion.pk).update(promoted_at=timezone.now() - timedelta(hours=2))
    for _ in range(12):
        make_event(make_transaction(alice), state="model_error", fallback="unavailable", request_size=1)

    evidence = current_evidence()

    assert (evidence.inputs.step.calls, evidence.inputs.step.failed_calls) == (12, 12)
    assert [one.name for one in evidence.guardrails if one.has_fired] == ["error_burst", "errors"]


def test_evidence__as_it_went_into_the_log__gives_the_same_verdicts_again(
    alice: Client, champion: ModelVersion
) -> None:
    make_comparisons(alice, champion, agree=330, disagree=70)
    evidence = current_evidence()

    again = judge(Inputs.from_json(evidence.to_json()["inputs"]))

    assert again.verdicts() == evidence.verdicts()


def test_current_evidence__stable_hours__count_from_when_the_bound_was_reached(
    alice: Client, champion: ModelVersion
) -> None:
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for age in (60, 20, 1):
        newest = SuggestionEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        make_comparisons(alice, champion, agree=390, disagree=10)
        SuggestionEvent.objects.filter(pk__gt=newest).update(created_at=hours_before(now, age))

    assert current_evidence(now=now).stable_hours == 59


def hours_before(now: datetime, hours: int) -> datetime:
    return now - timedelta(hours=hours)


def test_current_evidence__requests_before_there_was_a_champion__are_not_held_against_it(
    alice: Client, champion: ModelVersion
) -> None:
    for _ in range(12):
        make_event(make_transaction(alice), state="model_error", fallback="unavailable", request_size=1)
    ModelVersion.objects.filter(pk=champion.pk).update(promoted_at=timezone.now())

    evidence = current_evidence()

    assert (evidence.inputs.step.calls, evidence.inputs.last_calls.calls) == (0, 0)


def test_current_evidence__counts_that_cannot_be_written__judges_by_what_was_counted_before(
    alice: Client, champion: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_comparisons(alice, champion, agree=380, disagree=20)
    current_evidence()
    monkeypatch.setattr(EvidenceFold.objects, "get_or_create", refuse)

    assert current_evidence().agreement.comparisons == 400


def refuse(**_values: object) -> None:
    raise OperationalError("the database is read only")
