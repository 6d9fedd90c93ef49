import pytest

from mlmodels.models import ModelVersion
from suggestions.models import Category, Client, SuggestionEvent
from tests.api_client import ApiCaller
from tests.builders import make_rule, make_transaction

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_process")]


def test_predict__by_fields_and_by_id__same_answer_and_nothing_stored(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    row = make_transaction(alice, description="SUSHI BAR #7")
    fields = {"description": "SUSHI BAR #7", "amount": "-4.50", "currency": "CAD", "date": "2026-03-01"}

    by_id = as_alice.post("/ml/v2/predict", {"txn_id": row.pk}).json()
    by_fields = as_alice.post("/ml/v2/predict", fields | {"user_id": row.user_id}).json()

    assert by_id == by_fields
    assert (by_id["available"], by_id["label"], by_id["model_meta"]["version"]) == (
        True,
        "Restaurants",
        champion.pk,
    )
    assert 0.5 < sum(by_id["probs"].values()) <= 1.0
    assert by_id["probs"]["Restaurants"] == by_id["confidence"]
    assert not SuggestionEvent.objects.exists()


def test_predict__no_model__says_so(as_alice: ApiCaller) -> None:
    answer = as_alice.post("/ml/v2/predict", {"description": "X", "amount": 1}).json()

    assert answer == {"available": False, "reason": "unavailable"}


def test_predict_and_status__category_withdrawn_that_a_rule_names__is_not_suggested(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    make_rule(category="Restaurants", pattern="sushi")
    Category.objects.update_or_create(client=alice, name="Restaurants", defaults={"is_active": False})

    answer = as_alice.post("/ml/v2/predict", {"description": "SUSHI BAR #7", "amount": "-4.50"}).json()
    status = as_alice.get("/ml/v2/model/status").json()

    assert answer["available"]
    assert "Restaurants" not in answer["probs"]
    assert "Restaurants" not in status["meta"]["classes"]
