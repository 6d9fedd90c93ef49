"""The blind slice: some transactions go without a suggestion, so that the user's choice is nobody's idea."""

from typing import Any

import pytest

from mlmodels.models import ModelVersion
from suggestions.admin.texts.explanation import explain
from suggestions.domain.bucketing import blind_bucket_of
from suggestions.models import Category, Client, Rollout, SuggestionEvent, Transaction
from suggestions.rollout import read_rollout
from tests.api_client import ApiCaller
from tests.builders import make_rule, make_transaction, set_blind, set_canary
from tests.champions import break_champion, install_champion, raises
from tests.counters import value

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_process")]


@pytest.fixture
def champion(alice: Client) -> ModelVersion:
    Category.objects.create(client=alice, name="Restaurants")
    make_rule()
    return install_champion()


def make_blind(client: Client) -> Transaction:
    """Make a transaction and a share that it lies in."""
    salt = Rollout.objects.get().salt
    while True:
        row = make_transaction(client)
        bucket = blind_bucket_of(row.pk, client_id=client.pk, salt=salt)
        if bucket < 2_000:
            set_blind(bucket + 1)
            return row


@pytest.mark.parametrize("percentage", [0, 10_000])
def test_blind__a_transaction_in_the_slice__is_shown_nothing_and_recorded_in_full(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion, percentage: int
) -> None:
    set_canary(percentage)
    row = make_blind(alice)
    before = value("lm_ml_fallback_total", reason="blind")

    item = as_alice.suggest(row)["items"][0]

    event = SuggestionEvent.objects.get()
    assert (item["source"], item["fallback"], item["candidates"]) == ("rule", "blind", [])
    assert item["model_version"] is None
    assert (event.is_blind, event.fallback, event.source, event.served_category) == (
        True,
        "blind",
        "rule",
        "",
    )
    assert (event.rule_category, event.model_category, event.state) == ("Restaurants", "Restaurants", "agree")
    assert value("lm_ml_fallback_total", reason="blind") == before + 1
    assert "blind slice" in explain(event)


def test_blind__share_that_ends_just_below_it__is_shown_the_suggestion(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    row = make_blind(alice)
    set_blind(read_rollout().blind_share - 1)

    item = as_alice.suggest(row)["items"][0]

    assert item["candidates"][0]["label"] == "Restaurants"
    assert "fallback" not in item
    assert not SuggestionEvent.objects.get().is_blind


def test_blind__asked_again_and_among_others__is_the_same_transactions(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    set_canary(5_000)
    set_blind(2_000)
    rows = [make_transaction(alice, user_id=f"user-{number % 7}") for number in range(100)]

    first = {item["txn_id"]: item.get("fallback") == "blind" for item in as_alice.suggest(*rows)["items"]}
    again = {
        item["txn_id"]: item.get("fallback") == "blind" for item in as_alice.suggest(*rows[::-2])["items"]
    }

    assert 5 <= sum(first.values()) <= 40
    assert again == {txn_id: first[txn_id] for txn_id in again}
    assert SuggestionEvent.objects.filter(is_blind=True, served_category="").count() == sum(
        first.values()
    ) + sum(again.values())


def test_blind__model_that_broke__keeps_its_reason_in_the_event(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    row = make_blind(alice)
    break_champion(champion, raises)

    item = as_alice.suggest(row)["items"][0]

    event = SuggestionEvent.objects.get()
    assert (item["fallback"], item["candidates"]) == ("blind", [])
    assert (event.is_blind, event.fallback, event.state) == (True, "predict_error", "model_error")


def test_blind__feedback__correct_is_a_label_and_judges_no_source_accept_is_refused(
    as_alice: ApiCaller,
    alice: Client,
    champion: ModelVersion,
    django_capture_on_commit_callbacks: Any,
) -> None:
    row = make_blind(alice)
    event_id = as_alice.suggest(row)["items"][0]["event_id"]
    before = value("lm_suggest_feedback_total", source="rule", action="correct")

    accepted = as_alice.post("/ml/suggestions/feedback", {"event_id": event_id, "action": "accept"})
    with django_capture_on_commit_callbacks(execute=True):
        corrected = as_alice.post(
            "/ml/suggestions/feedback", {"event_id": event_id, "action": "correct", "label": "Fuel"}
        )

    row.refresh_from_db()
    assert (accepted.status_code, accepted.json()["code"]) == (422, "contradictory_feedback")
    assert (corrected.status_code, row.feedback_category) == (201, "Fuel")
    assert value("lm_suggest_feedback_total", source="rule", action="correct") == before


def test_blind__no_slice__answers_as_without_the_column(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    rows = [make_transaction(alice) for _ in range(20)]

    items = as_alice.suggest(*rows)["items"]

    assert {len(item["candidates"]) for item in items} == {1}
    assert not any("fallback" in item for item in items)
