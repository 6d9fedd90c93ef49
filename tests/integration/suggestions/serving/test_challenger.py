"""The challenger: asked the very same, after the answer, without a say in it."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from prometheus_client import REGISTRY

from mlmodels.domain.history import History
from mlmodels.domain.types import VersionRef
from mlmodels.models import ModelVersion
from mlmodels.runtime import LoadedModel, models_of_process
from mlmodels.versions import registry
from suggestions.models import Category, ChallengerAnswer, Client, SuggestionEvent
from suggestions.serving import challenger as challenger_module
from suggestions.serving.challenger import wait_until_idle
from suggestions.serving.suggesting import suggest_categories
from tests.api_client import ApiCaller
from tests.builders import make_rule, make_transaction, set_canary
from tests.champions import (
    answers_nan,
    break_champion,
    hangs_until,
    install_challenger,
    make_ranked,
    raises,
)
from tests.running import wait_until

# Its thread has a connection of its own, so what it is to see has to be committed.
pytestmark = pytest.mark.django_db(transaction=True)

OUTCOMES = ("answered", "silent", "error", "dropped")


@pytest.fixture(autouse=True)
def asked_everything(fresh_process: None) -> Iterator[None]:
    yield
    assert wait_until_idle(10)


@pytest.fixture
def challenger(champion: ModelVersion) -> ModelVersion:
    return install_challenger()


@pytest.fixture
def alone(champion: ModelVersion) -> ModelVersion:
    """A challenger without a champion."""
    ModelVersion.objects.filter(pk=champion.pk).update(status="archived")
    return install_challenger()


class Listener:
    """An estimator that notes the history it is given, once it may."""

    def __init__(self, version: ModelVersion) -> None:
        self.labels = tuple(version.labels)
        self.may_go_on = threading.Event()
        self.heard: list[History] = []
        ref = VersionRef(version.pk, version.sha256)
        models_of_process._loaded[ref] = LoadedModel(version.pk, self)  # type: ignore[arg-type]

    def predict(self, examples: Any, history: History, **_options: Any) -> Any:
        self.may_go_on.wait(10)
        self.heard.append(history)
        return [[make_ranked("Fuel")]] * len(examples)


def counted() -> dict[str, float]:
    name = "lm_ml_challenger_total"
    return {outcome: REGISTRY.get_sample_value(name, {"outcome": outcome}) or 0.0 for outcome in OUTCOMES}


def grown_since(before: dict[str, float]) -> dict[str, float]:
    return {key: value - before[key] for key, value in counted().items() if value != before[key]}


def test_challenger__beside_a_champion__answers_each_event_and_is_not_shown(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion, challenger: ModelVersion
) -> None:
    set_canary(10_000)
    before = counted()
    rows = [make_transaction(alice, description=text) for text in ("HIGHWAY GAS #1", "SUSHI BAR #2")]

    answer = as_alice.suggest(*rows)
    assert wait_until_idle()

    assert {item["model_version"] for item in answer["items"]} == {champion.pk}
    answers = ChallengerAnswer.objects.order_by("event_id").values_list(
        "event", "version", "category", "failure"
    )
    assert list(answers) == [
        (answer["items"][0]["event_id"], challenger.pk, "Fuel", ""),
        (answer["items"][1]["event_id"], challenger.pk, "Restaurants", ""),
    ]
    assert list(ChallengerAnswer.objects.order_by("event_id").values_list("confidence", flat=True)) == list(
        SuggestionEvent.objects.order_by("pk").values_list("model_confidence", flat=True)
    )
    assert grown_since(before) == {"answered": 2}


@pytest.mark.parametrize(
    ("breakage", "failure"),
    [
        pytest.param(raises, "predict_error", id="raises"),
        pytest.param(answers_nan, "nonfinite", id="answers NaN"),
        pytest.param(lambda _: "nonsense", "predict_error", id="answers nonsense"),
    ],
)
def test_challenger__that_breaks__is_recorded_and_changes_nothing(
    as_alice: ApiCaller, alice: Client, challenger: ModelVersion, breakage: Any, failure: str
) -> None:
    make_rule()
    set_canary(10_000)
    row = make_transaction(alice)
    healthy = as_alice.suggest(row)
    assert wait_until_idle()
    before = counted()
    break_champion(challenger, breakage)

    answer = as_alice.suggest(row)
    assert wait_until_idle()

    item = answer["items"][0] | {"event_id": healthy["items"][0]["event_id"]}
    assert answer | {"items": [item]} == healthy
    newest = ChallengerAnswer.objects.latest("event_id")
    assert (newest.category, newest.confidence, newest.failure) == ("", None, failure)
    assert grown_since(before) == {"error": 1}


def test_challenger__damaged_artifact__is_recorded_as_checksum(
    as_alice: ApiCaller, alice: Client, challenger: ModelVersion
) -> None:
    ModelVersion.objects.filter(pk=challenger.pk).update(artifact=b"damaged")

    as_alice.suggest(make_transaction(alice))
    assert wait_until_idle()

    assert ChallengerAnswer.objects.get().failure == "checksum"


def test_challenger__not_sure_enough__is_silent(
    as_alice: ApiCaller, alice: Client, challenger: ModelVersion, settings: Any
) -> None:
    settings.SUGGEST_MODEL_MIN_CONFIDENCE = 1.0
    before = counted()

    as_alice.suggest(make_transaction(alice))
    assert wait_until_idle()

    assert ChallengerAnswer.objects.get().failure == "low_confidence"
    assert grown_since(before) == {"silent": 1}


def test_challenger__that_hangs__holds_no_request_and_what_finds_no_room_is_counted(
    as_alice: ApiCaller, alice: Client, challenger: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(challenger_module, "MAX_WAITING", 2)
    release = threading.Event()
    break_champion(challenger, hangs_until(release))
    row = make_transaction(alice)
    before = counted()

    as_alice.suggest(row)
    wait_until(lambda: not challenger_module._backlog()._waiting, "the first batch is under way")
    for _ in range(4):
        as_alice.suggest(row)
    dropped_meanwhile = grown_since(before)
    release.set()
    assert wait_until_idle()

    assert dropped_meanwhile == {"dropped": 2}
    assert SuggestionEvent.objects.count() == 5
    assert ChallengerAnswer.objects.count() == 3


@pytest.mark.parametrize("with_champion", [True, False])
def test_challenger__label_that_comes_in_between__does_not_reach_it(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion, with_champion: bool
) -> None:
    if not with_champion:
        ModelVersion.objects.filter(pk=champion.pk).update(status="archived")
    listener = Listener(install_challenger())
    known = make_transaction(alice, description="HARBOUR YOGA #1", category="Groceries")
    row = make_transaction(alice, description="HARBOUR YOGA #2")

    event_id = as_alice.suggest(row)["items"][0]["event_id"]
    feedback = {"event_id": event_id, "action": "correct", "label": "Fuel"}
    assert as_alice.post("/ml/suggestions/feedback", feedback).status_code == 201
    make_transaction(alice, description="HARBOUR YOGA #3", category="Fuel")
    listener.may_go_on.set()
    assert wait_until_idle()

    (history,) = listener.heard
    ids = {pk for found in history.found.values() for labels in found.labels for pk in labels.ids}
    assert ids == {known.pk}
    assert list(history.corrected_to) == [""]


def test_challenger__without_a_champion__answers_from_text_and_history(
    as_alice: ApiCaller, alice: Client, alone: ModelVersion
) -> None:
    set_canary(10_000)
    Category.objects.create(client=alice, name="Sports")
    for number in range(3):
        make_transaction(alice, description=f"HARBOUR YOGA #{number}", category="Sports")

    item = as_alice.suggest(make_transaction(alice, description="HARBOUR YOGA #9"))["items"][0]
    assert wait_until_idle()

    assert (item["source"], item["fallback"]) == ("rule", "unavailable")
    assert ChallengerAnswer.objects.get().category == "Sports"


def test_challenger__events_rolled_back__is_not_asked(alice: Client, challenger: ModelVersion) -> None:
    row = make_transaction(alice)
    before = counted()

    with transaction.atomic():
        suggest_categories(alice.pk, [row.pk], top_k=3)
        transaction.set_rollback(True)
    assert wait_until_idle()

    assert grown_since(before) == {}


def test_challenger__events_gone_before_it_has_answered__is_an_error_and_the_next_is_answered(
    as_alice: ApiCaller, alice: Client, challenger: ModelVersion
) -> None:
    listener = Listener(challenger)
    before = counted()
    as_alice.suggest(make_transaction(alice))
    SuggestionEvent.objects.all().delete()
    listener.may_go_on.set()
    assert wait_until_idle()

    as_alice.suggest(make_transaction(alice))
    assert wait_until_idle()

    assert grown_since(before) == {"error": 1, "answered": 1}


def test_challenger__idle_again__has_no_connection_left(
    as_alice: ApiCaller, alice: Client, challenger: ModelVersion
) -> None:
    def connections() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND backend_type = 'client backend'"
            )
            return int(cursor.fetchone()[0])

    before = connections()
    as_alice.suggest(make_transaction(alice))
    assert wait_until_idle()

    assert ChallengerAnswer.objects.exists()
    wait_until(lambda: connections() <= before, "the server has closed what the client closed", seconds=30)


def test_challenger__promoted__is_champion_and_nobody_is_asked_besides(
    as_alice: ApiCaller, alice: Client, challenger: ModelVersion
) -> None:
    registry.promote(challenger.pk, by=None, reason="better in the shadow")

    as_alice.suggest(make_transaction(alice))
    assert wait_until_idle()

    assert SuggestionEvent.objects.get().model_version_id == challenger.pk
    assert not ChallengerAnswer.objects.exists()
