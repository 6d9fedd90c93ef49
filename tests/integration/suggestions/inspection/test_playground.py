"""What the playground finds out is what the service would do."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from prometheus_client import REGISTRY

from suggestions.domain.transaction_row import parse_row
from suggestions.inspection.playground import Played, play
from suggestions.models import Category, Client, Rollout, SuggestionEvent, Transaction
from suggestions.rollout import read_rollout
from suggestions.serving.suggesting import suggest
from tests.builders import make_rule, make_transaction, set_canary
from tests.champions import break_champion, install_champion, raises

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_loaded")]

COUNTED = ("lm_suggest_source_total", "lm_suggest_coverage_total", "lm_ml_predict_requests_total")


@pytest.fixture
def champion(alice: Client) -> Any:
    for name in ("Fuel", "Groceries", "Restaurants"):
        Category.objects.create(client=alice, name=name)
    return install_champion()


def played(client: Client, **overrides: Any) -> Played:
    fields = {
        "external_id": "x",
        "description": "SUSHI BAR #3",
        "amount": "-4.50",
        "currency": "CAD",
        "date": "2026-03-01",
        "user_id": "user-1",
    }
    return play(client.pk, parse_row(fields | overrides))


@pytest.mark.parametrize("percentage", [0, 10_000])
@pytest.mark.parametrize("user_id", ["user-1", ""])
@pytest.mark.parametrize("settings_of", [{}, {"SUGGEST_MODEL_MIN_CONFIDENCE": 1.0}])
def test_play__decides_as_for_a_stored_transaction(
    alice: Client, champion: Any, settings: Any, percentage: int, user_id: str, settings_of: dict[str, Any]
) -> None:
    for name, value in settings_of.items():
        setattr(settings, name, value)
    set_canary(percentage)
    make_rule(pattern="sushi", category="Fuel")
    stored = make_transaction(alice, description="SUSHI BAR #3", user_id=user_id, date=date(2026, 3, 1))

    (real,), _ = suggest(alice.pk, [stored], rollout=read_rollout(), top_k=3)
    found = played(alice, user_id=user_id)

    assert found.decision == real.decision
    assert found.bucket == real.bucket
    assert (found.answer.failure, found.answer.is_error) == (
        real.model_reply.answer.failure,
        real.model_reply.answer.is_error,
    )
    if real.model_reply.answer.prediction:
        assert found.answer.prediction
        assert found.answer.prediction.category == real.model_reply.answer.prediction.category
        assert found.answer.prediction.confidence == pytest.approx(
            real.model_reply.answer.prediction.confidence
        )


def test_play__labels_of_the_user__are_known_to_it(alice: Client, champion: Any) -> None:
    corrected = {"feedback_category": "Fuel", "feedback_verdict": "corrected", "feedback_at": timezone.now()}
    make_transaction(alice, description="NEW PLACE", date=date(2026, 2, 1), **corrected)

    explanation = played(alice, description="NEW PLACE").explanation

    assert explanation
    assert explanation.candidates[0].ranked.category == "Fuel"


def test_play__stores_and_counts_nothing(alice: Client, champion: Any) -> None:
    before = counts()

    played(alice)

    assert not Transaction.objects.exists()
    assert not SuggestionEvent.objects.exists()
    assert counts() == before


def counts() -> list[tuple[str, dict[str, str], float]]:
    return [
        (sample.name, sample.labels, sample.value)
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if sample.name in COUNTED
    ]


def test_play__all_rules_that_match__in_order_and_the_withdrawn_one_passed_over(alice: Client) -> None:
    make_rule(pattern="sushi bar", category="Gone", name="first")
    make_rule(pattern="sushi", category="Restaurants", name="second")
    Category.objects.create(client=alice, name="Gone", is_active=False)

    found = played(alice)

    assert [match.rule.name for match in found.matches] == ["first", "second"]
    assert found.rule
    assert found.rule.rule.name == "second"
    assert found.decision.state == "model_error"


def test_play__model_that_breaks__is_said_and_the_rules_answer(alice: Client, champion: Any) -> None:
    break_champion(champion, raises)
    set_canary(10_000)

    found = played(alice)

    assert (found.explanation, found.fallback, found.decision.source) == (None, "predict_error", "rule")


def test_play__no_rollout__rules_and_says_so(alice: Client, champion: Any) -> None:
    Rollout.objects.all().delete()

    found = played(alice)

    assert (found.decision.source, found.fallback) == ("rule", "rollout_unavailable")
