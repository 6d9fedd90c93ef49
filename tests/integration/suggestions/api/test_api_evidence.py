import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mlmodels.models import ModelVersion
from suggestions.models import Client, Feedback
from tests.api_client import ApiCaller
from tests.builders import make_event, make_transaction
from tests.registry_rows import make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def champion(alice: Client) -> ModelVersion:
    """Three suggestions of a champion: two for fuel, one of them accepted, and one for rent."""
    version = make_version(status="champion")
    for category, merchant, state in (
        ("Fuel", "SHELL", "agree"),
        ("Fuel", "SHELL", "disagree"),
        ("Rent", "FLAT", "agree"),
    ):
        row = make_transaction(alice, description=merchant, feedback_category="Fuel")
        event = make_event(
            row, state=state, model_version=version, served_category=category, rule_category=category,
            model_category="Fuel", request_size=1, latency_ms=30, is_merchant_seen=merchant == "SHELL",
        )  # fmt: skip
    Feedback.objects.create(event=event, verdict="accepted", category="Rent")
    return version


def evidence(caller: ApiCaller, query: str = "") -> dict[str, Any]:
    answer = caller.get(f"/ml/evidence{query}")
    assert answer.status_code == 200
    document: dict[str, Any] = answer.json()
    return document


def test_evidence__few_suggestions__recommends_to_collect(
    as_operator: ApiCaller, champion: ModelVersion
) -> None:
    answer = evidence(as_operator)["recommendation"]

    assert (answer["action"], answer["title"]) == ("collect", "Collect: about 307 more comparisons")
    assert answer["reasons"][0].startswith("Agreement is 66.7 % of 3, surely between ")


def test_evidence__few_suggestions__counts_and_verdicts(
    as_operator: ApiCaller, champion: ModelVersion
) -> None:
    answer = evidence(as_operator)

    assert answer["suggestions"] == 3
    assert answer["states"]["agree"] == 2
    assert answer["accepted"] == {"rule": {"accepted": 1, "judged": 1}, "model": {"accepted": 0, "judged": 0}}
    assert 20 < answer["latency_ms"]["p50"] < 50
    assert (answer["champion"], answer["comparisons"], answer["agreement"]) == (
        champion.pk,
        3,
        pytest.approx(2 / 3),
    )
    assert answer["agreement_lower"] < 2 / 3 < answer["agreement_upper"]
    assert (answer["matrix"], answer["verdict"]) == ("RETRAIN", "COLLECTING")
    assert {one["name"] for one in answer["criteria"]} >= {"agreement", "latency", "availability", "accuracy"}
    assert not [one for one in answer["guardrails"] if one["fired"]]
    assert answer["outcomes"][0] | {"lead_lower": 0, "lead_upper": 0} == {
        "arm": "rule", "outcomes": 3, "model_accuracy": 1.0, "rule_accuracy": pytest.approx(2 / 3),
        "lead_lower": 0, "lead_upper": 0, "standing": "no data",
    }  # fmt: skip
    assert "by" not in answer


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        pytest.param("category", [("Fuel", 2, 0.5), ("Rent", 1, 1.0)], id="category"),
        pytest.param("merchant", [("shell", 2, 0.5), ("flat", 1, 1.0)], id="merchant"),
        pytest.param("seen", [("seen", 2, 0.5), ("unseen", 1, 1.0)], id="seen"),
    ],
)
def test_evidence__in_parts__the_most_frequent_first(
    as_operator: ApiCaller, champion: ModelVersion, by: str, expected: list[tuple[str, int, float]]
) -> None:
    parts = evidence(as_operator, f"?by={by}")["by"][by]

    assert [(one["key"], one["suggestions"], one["agreement"]) for one in parts] == expected
    assert (parts[1]["model_accuracy"], parts[1]["rule_accuracy"]) == (1.0, 0.0)


def test_evidence__merchants_beyond_the_fifty__stand_together(as_operator: ApiCaller, alice: Client) -> None:
    for number in range(52):
        make_event(
            make_transaction(alice, description=f"{'ABCDEFGHIJ'[number % 10] * (number // 10 + 3)} SHOP")
        )

    parts = evidence(as_operator, "?by=merchant")["by"]["merchant"]

    assert len(parts) == 51
    assert (parts[0]["key"], parts[0]["suggestions"]) == ("(others)", 2)


def test_evidence__unknown_part__is_named(as_operator: ApiCaller) -> None:
    answer = as_operator.get("/ml/evidence?by=user")

    assert answer.status_code == 400
    assert "by" in json.dumps(answer.json())


def test_command__as_json__is_what_the_api_answers(as_operator: ApiCaller, champion: ModelVersion) -> None:
    said = StringIO()

    call_command("evidence", "--json", "--by", "category", stdout=said)

    assert json.loads(said.getvalue()) == evidence(as_operator, "?by=category")


def test_command__for_people__says_verdict_criteria_guardrails_and_parts(champion: ModelVersion) -> None:
    said = StringIO()

    call_command("evidence", "--by", "category", stdout=said)

    text = said.getvalue()
    assert "COLLECTING: The comparisons do not carry a verdict yet." in text
    assert f"Champion: v{champion.pk}" in text
    assert "[green  ] No hold" in text
    assert "shown the rules  model 100.0 %, rules 66.7 % right of 3" in text
    assert "[quiet] The model answers: 0.00 % of 3 requests failed; 5 % are allowed" in text
    assert "Fuel: 2 suggestions; agreement 50.0 %, model right 100.0 %, rules right 100.0 %" in text


@pytest.mark.parametrize("hours", ["0", "99999999999999999999"])
def test_command__hours_that_are_none__is_told_what_they_may_be(hours: str) -> None:
    with pytest.raises(CommandError, match="at least 1 and at most 87,840"):
        call_command("evidence", "--hours", hours)
