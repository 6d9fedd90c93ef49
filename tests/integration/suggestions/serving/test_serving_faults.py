"""What breaks behind a suggestion: the answer goes out by the rules, and the reason is kept."""

import threading
from typing import Any

import pytest
from django.db import connection

from mlmodels.models import ModelVersion
from suggestions.models import Client, Rollout, State, SuggestionEvent
from tests.api_client import ApiCaller
from tests.builders import make_rule, make_transaction, set_canary
from tests.champions import (
    answers_nan,
    break_champion,
    hangs_until,
    raises,
)
from tests.counters import value

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_process")]


def without_ids(answer: Any) -> Any:
    return answer | {"items": [item | {"event_id": 0} for item in answer["items"]]}


@pytest.mark.parametrize(
    ("breakage", "reason"),
    [
        pytest.param(raises, "predict_error", id="raises"),
        pytest.param(answers_nan, "nonfinite", id="answers NaN"),
        pytest.param(lambda _: "nonsense", "predict_error", id="answers nonsense"),
    ],
)
@pytest.mark.parametrize("percentage", [0, 10_000])
def test_broken_model__any_percentage__200_by_rules_with_the_reason_counted(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion, breakage: Any, reason: str, percentage: int
) -> None:
    make_rule()
    row = make_transaction(alice)
    set_canary(percentage)
    break_champion(champion, breakage)
    before = value("lm_ml_fallback_total", reason=reason)

    item = as_alice.suggest(row)["items"][0]

    assert (item["source"], item["candidates"][0]["label"]) == ("rule", "Restaurants")
    assert item.get("fallback") == (reason if percentage else None)
    assert SuggestionEvent.objects.get().state == State.MODEL_ERROR
    assert value("lm_ml_fallback_total", reason=reason) == before + 1


def test_hung_model__200_by_rules_at_the_deadline(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion, settings: Any
) -> None:
    settings.SUGGEST_SHADOW_DEADLINE_MS = 50
    release = threading.Event()
    break_champion(champion, hangs_until(release))
    make_rule()

    item = as_alice.suggest(make_transaction(alice))["items"][0]

    release.set()
    assert (item["source"], item["candidates"][0]["label"]) == ("rule", "Restaurants")
    assert SuggestionEvent.objects.get().fallback == "timeout"


def test_damaged_artifact__200_by_rules_and_status_says_checksum(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    damaged = bytearray(champion.artifact)
    damaged[len(damaged) // 2] ^= 1
    ModelVersion.objects.update(artifact=bytes(damaged))

    as_alice.suggest(make_transaction(alice))
    status = as_alice.get("/ml/v2/model/status").json()

    assert SuggestionEvent.objects.get().fallback == "checksum"
    assert (status["available"], status["reason"]) == (False, "checksum")


def test_no_model__200_by_rules_and_status_says_so(as_alice: ApiCaller, alice: Client) -> None:
    set_canary(10_000)
    make_rule()

    item = as_alice.suggest(make_transaction(alice))["items"][0]

    assert (item["source"], item["fallback"], item["candidates"][0]["label"]) == (
        "rule",
        "unavailable",
        "Restaurants",
    )
    assert as_alice.get("/ml/v2/model/status").json() == {"available": False, "reason": "no_model"}


def test_shadow__healthy_broken_or_missing_model__same_answer_byte_for_byte(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    make_rule()
    rows = [make_transaction(alice), make_transaction(alice, description="UNKNOWN PLACE")]
    answers = [without_ids(as_alice.suggest(*rows))]

    for breakage in (raises, answers_nan):
        break_champion(champion, breakage)
        answers.append(without_ids(as_alice.suggest(*rows)))
    ModelVersion.objects.update(status=ModelVersion.Status.ARCHIVED)
    answers.append(without_ids(as_alice.suggest(*rows)))

    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("is_broken", [False, True])
def test_rollout_row__missing_at_full_canary__rules_and_no_bucket_that_nobody_had(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion, is_broken: bool
) -> None:
    Rollout.objects.all().delete()
    if is_broken:
        break_champion(champion, raises)
    make_rule()

    item = as_alice.suggest(make_transaction(alice))["items"][0]

    event = SuggestionEvent.objects.get()
    assert item["source"] == "rule"
    assert (event.fallback, event.bucket) == ("rollout_unavailable", None)
    assert event.state == ("model_error" if is_broken else "agree")


def test_events__cannot_be_written__answered_as_not_recorded(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    make_rule()
    row = make_transaction(alice)
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE suggestions_suggestionevent ADD CONSTRAINT refuse CHECK (id < 0) NOT VALID"
        )
    before = value("lm_event_write_failures_total")

    answer = as_alice.suggest(row)

    assert (answer["recorded"], answer["items"][0]["event_id"]) == (False, None)
    assert answer["items"][0]["candidates"][0]["label"] == "Restaurants"
    assert value("lm_event_write_failures_total") == before + 1
