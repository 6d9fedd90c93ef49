"""The steps of a decision in words, with what is known of each."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.log import Origin
from suggestions.inspection.event_steps import read_known, tell_decision
from suggestions.models import Client, Rule, SuggestionEvent
from suggestions.rules.log import record_rule
from tests.audit_rows import break_log, mend_log
from tests.builders import make_event, make_rule, make_transaction
from tests.registry_rows import make_version

pytestmark = pytest.mark.django_db


def told(event: SuggestionEvent, user_id: str = "user-1") -> dict[str, str]:
    return {step.title: step.text for step in tell_decision(event, user_id, read_known(event))}


@pytest.mark.parametrize(
    ("facts", "title", "text"),
    [
        pytest.param({"bucket": 512}, "Bucket", "512 of 10,000", id="bucket"),
        pytest.param({}, "Bucket", "None: without a user id the rules answer.", id="no bucket"),
        pytest.param(
            {"bucket": 999, "percentage": 1_000, "rollout_version": 4},
            "Canary",
            "10 % at that moment, rollout version 4: buckets below 1,000 are in it, so the user was in.",
            id="just inside",
        ),
        pytest.param({"bucket": 1_000, "percentage": 1_000}, "Canary", "the user was outside.", id="outside"),
        pytest.param(
            {"bucket": 5, "fallback": "rollout_unavailable"}, "Canary", "could not be read", id="unreadable"
        ),
        pytest.param({"rule_category": ""}, "Rules", "Asked: none matched.", id="no rule"),
        pytest.param({}, "Model", "Not asked", id="no model"),
        pytest.param(
            {"bucket": 5_000, "fallback": "timeout", "state": "model_error", "percentage": 100},
            "Fallback",
            "To the rules: bucket 5000 lies outside the canary of 1 % (rollout version 0); besides, the "
            "model missed its deadline.",
            id="error in the shadow",
        ),
        pytest.param(
            {"fallback": "timeout", "state": "model_error", "percentage": 100},
            "Fallback",
            "To the rules: the transaction has no user id, so it belongs to no bucket; besides, the model",
            id="error without a user",
        ),
        pytest.param(
            {"bucket": 5, "fallback": "rollout_unavailable"},
            "Bucket",
            "Not known: the rollout could not be read.",
            id="bucket by no salt",
        ),
        pytest.param(
            {"bucket": 5, "fallback": "timeout", "state": "model_error", "percentage": 100},
            "Fallback",
            "To the rules: the model missed its deadline.",
            id="error in the canary",
        ),
        pytest.param({"source": "model"}, "Fallback", "None: nothing stood against", id="no fallback"),
        pytest.param({"is_blind": True, "fallback": "blind"}, "Served", "Nothing was shown.", id="blind"),
        pytest.param({"served_category": ""}, "Served", "no suggestion", id="nothing served"),
        pytest.param({}, "Served", "The rules' answer: Restaurants.", id="rules"),
        pytest.param(
            {"source": "model", "served_category": "Fuel"}, "Served", "The model's answer: Fuel.", id="model"
        ),
    ],
)
def test_tell_decision__each_case__says_it(
    alice: Client, facts: dict[str, Any], title: str, text: str
) -> None:
    event = make_event(make_transaction(alice), **facts)

    assert text in told(event)[title]


def test_tell_decision__withheld_answer__names_the_threshold_of_now(alice: Client, settings: Any) -> None:
    settings.SUGGEST_MODEL_MIN_CONFIDENCE = 0.4
    event = make_event(
        make_transaction(alice), model_version=make_version(), fallback="low_confidence", bucket=1
    )

    said = told(event)["Model"]

    assert said.startswith("Asked, but withheld: the model was not confident enough.")
    assert "The least confidence is 0.4 now" in said


def changed(rule: Rule, pattern: str) -> None:
    before = Rule.objects.get(pk=rule.pk)
    rule.pattern = pattern
    rule.save()
    record_rule(before, rule, by=None, origin=Origin.COMMAND)


def test_tell_decision__rule_changed_since__quotes_what_it_was_then(alice: Client) -> None:
    rule = make_rule(pattern="first")
    changed(rule, "second")
    event = make_event(make_transaction(alice), rule_id=rule.pk)
    changed(rule, "third")
    changed(rule, "fourth")

    said = told(event)["Rules"]

    assert "It was changed since; then it read: “second” → Restaurants, priority 0." in said


def test_tell_decision__rule_changed_very_often_since__quotes_what_it_was_then(alice: Client) -> None:
    rule = make_rule(pattern="first")
    event = make_event(make_transaction(alice), rule_id=rule.pk)
    for number in range(52):
        changed(rule, f"pattern {number}")

    assert "then it read: “first”" in told(event)["Rules"]


def test_tell_decision__log_that_cannot_be_read__says_so(alice: Client) -> None:
    event = make_event(make_transaction(alice), rule_id=make_rule().pk)
    break_log()

    said = told(event)["Rules"]

    mend_log()
    assert said.endswith("How it read then is unknown: the audit log cannot be read.")


def test_tell_decision__rule_not_changed_since__says_so(alice: Client) -> None:
    rule = make_rule()
    changed(rule, "second")
    event = make_event(make_transaction(alice), rule_id=rule.pk)
    SuggestionEvent.objects.filter(pk=event.pk).update(created_at=timezone.now() + timedelta(minutes=1))
    event.refresh_from_db()

    assert told(event)["Rules"].endswith("It has not been changed since.")


def test_tell_decision__rule_deleted_since__still_quotes_it(alice: Client) -> None:
    rule = make_rule(pattern="only")
    event = make_event(make_transaction(alice), rule_id=rule.pk)
    gone = Rule.objects.get(pk=rule.pk)
    rule.delete()
    record_rule(gone, None, by=None, origin=Origin.COMMAND)

    said = told(event)["Rules"]

    assert f"by rule {gone.pk}, deleted since." in said
    assert "“only”" in said


def test_tell_decision__neither_rollout_nor_model__claims_no_reason_that_is_not_known(alice: Client) -> None:
    event = make_event(
        make_transaction(alice),
        model_version=make_version(),
        state="model_error",
        fallback="rollout_unavailable",
    )

    assert "Asked, without an answer; why is not recorded" in told(event)["Model"]
