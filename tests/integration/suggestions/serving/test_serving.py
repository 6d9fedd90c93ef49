from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mlmodels.domain.ranking import CandidateEvidence
from mlmodels.models import ModelVersion
from suggestions.domain.bucketing import bucket_of
from suggestions.models import Category, Client, Rollout, State, SuggestionEvent
from tests.api_client import ApiCaller
from tests.builders import make_rule, make_transaction, set_canary
from tests.champions import (
    break_champion,
    install_challenger,
    make_ranked,
)
from tests.counters import value

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_process")]


def describe(sql: str) -> str:
    words = sql.split()
    at = next((index for index, word in enumerate(words) if word in ("FROM", "INTO")), None)
    return words[0] if at is None else f"{words[0]} {words[at + 1]}".replace('"', "")


def user_in_bucket(client: Client, is_wanted: Callable[[int], bool]) -> str:
    salt = Rollout.objects.get().salt
    users = (f"user-{number}" for number in range(100_000))
    return next(user for user in users if is_wanted(bucket_of(user, client_id=client.pk, salt=salt)))


def test_shadow__rule_and_model_agree__the_rule_is_shown_and_both_are_recorded(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    make_rule(name="Coffee", pattern="tim hortons", category="Restaurants")
    row = make_transaction(alice, description="TIM HORTONS #0042")

    item = as_alice.suggest(row)["items"][0]

    event = SuggestionEvent.objects.get()
    assert (item["source"], item["candidates"][0]["label"], item["event_id"]) == (
        "rule",
        "Restaurants",
        event.pk,
    )
    assert (item["model_version"], "fallback" in item) == (None, False)
    assert (event.rule_category, event.model_category, event.state) == ("Restaurants", "Restaurants", "agree")
    assert (event.model_version_id, event.fallback) == (champion.pk, "not_in_canary")
    assert event.model_confidence is not None


def test_shadow__no_rule_matches__no_candidate_is_invented(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    item = as_alice.suggest(make_transaction(alice, description="HIGHWAY GAS #1"))["items"][0]

    assert (item["source"], item["candidates"]) == ("rule", [])
    assert SuggestionEvent.objects.get().state == State.MODEL_ONLY


def test_canary__users_below_the_percentage__and_only_they_see_the_model(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    set_canary(1_000)
    inside = user_in_bucket(alice, lambda bucket: bucket < 1_000)
    outside = user_in_bucket(alice, lambda bucket: bucket >= 1_000)
    rows = [
        make_transaction(alice, description="HIGHWAY GAS #1", user_id=user) for user in (inside, outside, "")
    ]

    answer = as_alice.suggest(*rows)

    assert [item["source"] for item in answer["items"]] == ["model", "rule", "rule"]
    assert answer["items"][0]["candidates"][0]["label"] == "Fuel"
    assert answer["items"][0]["model_version"] == champion.pk
    assert answer["rollout"] == {"version": 0, "percentage": 10.0}
    assert list(SuggestionEvent.objects.order_by("id").values_list("fallback", flat=True)) == [
        "", "not_in_canary", "no_user",
    ]  # fmt: skip


def test_canary__same_user_asked_twenty_times__never_sees_another_engine(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    set_canary(5_000)
    rows = [make_transaction(alice, user_id=f"user-{number % 5}") for number in range(20)]

    items = as_alice.suggest(*rows)["items"] + as_alice.suggest(*reversed(rows))["items"]

    user_of = {row.pk: row.user_id for row in rows}
    engines = {(user_of[item["txn_id"]], item["source"]) for item in items}
    assert len(engines) == 5


def test_suggestions__doubled_and_unknown_ids__distinct_in_first_seen_order(
    as_alice: ApiCaller, alice: Client
) -> None:
    first, second = make_transaction(alice), make_transaction(alice)

    ids = [second.pk, 999_999_999, str(first.pk), second.pk, 999_999_998, 999_999_999]
    answer = as_alice.post("/ml/suggestions", {"txn_ids": ids}).json()

    assert [item["txn_id"] for item in answer["items"]] == [second.pk, first.pk]
    assert answer["not_found"] == [999_999_999, 999_999_998]
    assert SuggestionEvent.objects.count() == 2


@pytest.mark.parametrize("is_challenged", [False, True])
@pytest.mark.parametrize("size", [1, 500])
def test_suggestions__any_batch__takes_exactly_the_named_queries(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion, size: int, is_challenged: bool
) -> None:
    make_rule()
    if is_challenged:
        install_challenger()
    rows = [make_transaction(alice) for _ in range(size)]
    as_alice.suggest(rows[0])  # loads the model and compiles the rules

    with CaptureQueriesContext(connection) as captured:
        as_alice.suggest(*rows)

    assert [describe(query["sql"]) for query in captured] == [
        "SELECT suggestions_apikey",  # with its client or its user
        "SELECT suggestions_rollout",
        "SELECT suggestions_transaction",
        "SELECT suggestions_ruleset",
        "SELECT suggestions_category",
        "SELECT mlmodels_modelversion",  # champion and challenger
        "SELECT (",  # the newest labels of everything alike, one subquery for each kind of likeness
        "SAVEPOINT",
        "INSERT suggestions_suggestionevent",
        "RELEASE",
    ]


def test_metrics__a_request__states_sources_and_comparisons_grow_by_the_suggestions(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    make_rule(pattern="tim hortons", category="Restaurants")
    make_rule(pattern="highway gas", category="Groceries")
    rows = [
        make_transaction(alice, description=text)
        for text in ("TIM HORTONS", "HIGHWAY GAS #3", "CITY FUEL #9")
    ]
    names = {
        ("lm_suggest_compare_total", "agree"): ("True", "False", "None"),
        ("lm_suggest_coverage_total", "state"): State.values,
        ("lm_suggest_source_total", "source"): ("rule", "model"),
    }

    def snapshot() -> dict[tuple[str, str], float]:
        return {
            (name, one): value(name, **{label: one}) for (name, label), all_ in names.items() for one in all_
        }

    before = snapshot()
    as_alice.suggest(*rows)
    grown = {key: after - before[key] for key, after in snapshot().items() if after != before[key]}

    assert grown == {
        ("lm_suggest_compare_total", "True"): 1,
        ("lm_suggest_compare_total", "False"): 1,
        ("lm_suggest_compare_total", "None"): 1,
        ("lm_suggest_coverage_total", "agree"): 1,
        ("lm_suggest_coverage_total", "disagree"): 1,
        ("lm_suggest_coverage_total", "model_only"): 1,
        ("lm_suggest_source_total", "rule"): 3,
    }


def test_categories__of_another_client__are_never_suggested_nor_shown(
    as_bob: ApiCaller, bob: Client, champion: ModelVersion
) -> None:
    set_canary(10_000)
    row = make_transaction(bob, description="HIGHWAY GAS #1")
    silent = as_bob.suggest(row)["items"][0]

    Category.objects.create(client=bob, name="Fuel")
    answered = as_bob.suggest(row, top_k=10)["items"][0]
    status = as_bob.get("/ml/v2/model/status").json()
    prediction = as_bob.post("/ml/v2/predict", {"description": "HIGHWAY GAS", "amount": "-20"}).json()

    assert (silent["source"], silent["fallback"]) == ("rule", "label_unknown")
    assert [offer["label"] for offer in answered["candidates"]] == ["Fuel"]
    assert (status["meta"]["classes"], list(status["meta"]["val_f1_per_class"])) == (["Fuel"], ["Fuel"])
    assert list(prediction["probs"]) == ["Fuel"]
    conditions = status["meta"]["gate"]["conditions"]
    assert conditions
    assert not any("detail" in condition for condition in conditions)


def test_categories__made_inactive__are_suggested_by_neither(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    make_rule(pattern="highway gas", category="Fuel")
    Category.objects.filter(name="Fuel").update(is_active=False)
    set_canary(10_000)

    row = make_transaction(alice, description="HIGHWAY GAS #1")
    item = as_alice.suggest(row, top_k=10)["items"][0]

    assert "Fuel" not in {offer["label"] for offer in item["candidates"]}
    assert SuggestionEvent.objects.get().rule_category == ""


def test_evidence__of_an_answer_that_is_not_shown__is_not_gathered(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    def gather() -> CandidateEvidence:
        raise AssertionError("nobody sees it")

    break_champion(champion, lambda examples: [[make_ranked("Fuel", gather=gather)]] * len(examples))
    make_rule()

    item = as_alice.suggest(make_transaction(alice))["items"][0]

    assert (item["source"], SuggestionEvent.objects.get().model_category) == ("rule", "Fuel")


def test_low_confidence__in_the_canary__falls_back_to_the_rules(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion, settings: Any
) -> None:
    settings.SUGGEST_MODEL_MIN_CONFIDENCE = 1.0
    set_canary(10_000)
    make_rule()

    item = as_alice.suggest(make_transaction(alice))["items"][0]

    assert (item["source"], item["fallback"]) == ("rule", "low_confidence")
    assert SuggestionEvent.objects.get().state == State.RULE_ONLY
