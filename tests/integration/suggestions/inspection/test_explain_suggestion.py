import re
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from suggestions.models import Category, Client
from tests.builders import make_event, make_rule, make_transaction
from tests.champions import install_champion

pytestmark = pytest.mark.django_db


def printed(txn_id: int) -> str:
    out = StringIO()
    call_command("explain_suggestion", str(txn_id), stdout=out)
    return out.getvalue()


def explained(txn_id: int) -> str:
    """Return what the model says now."""
    return printed(txn_id).partition("The model now:\n")[2]


def test_explain_suggestion__suggested__the_steps_of_the_newest_suggestion_first(alice: Client) -> None:
    install_champion()
    row = make_transaction(alice)
    make_event(row, served_category="Fuel")
    event = make_event(row, bucket=512, fallback="not_in_canary")

    lines = printed(row.pk).splitlines()

    assert lines[0].startswith(f"Suggestion {event.pk} of ")
    assert lines[1] == "  1. User: User id user-1"
    assert lines[2].startswith("  2. Bucket: 512 of 10,000")
    assert lines[7] == "  7. Served: The rules' answer: Restaurants."
    assert lines[8] == "The model now:"


def test_explain_suggestion__never_suggested__says_so(alice: Client) -> None:
    install_champion()

    assert printed(make_transaction(alice).pk).startswith("Nothing was suggested for it yet.")


def test_explain_suggestion__known_transaction__candidates_with_what_each_feature_adds(alice: Client) -> None:
    install_champion()
    for name in ("Fuel", "Restaurants"):
        Category.objects.create(client=alice, name=name)
    row = make_transaction(alice, description="SUSHI BAR #3")

    lines = explained(row.pk).splitlines()

    assert lines[0].startswith("Restaurants  0.")
    assert re.fullmatch(r"  because: the wording alone says so with \d+ %", lines[1])
    assert "the text's log-probability" in lines[2]
    assert any(" = " in line for line in lines)
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == ["Restaurants", "Fuel"]


def test_explain_suggestion__corrected_by_the_user__is_the_first_as_in_an_answer(alice: Client) -> None:
    install_champion()
    for name in ("Fuel", "Restaurants"):
        Category.objects.create(client=alice, name=name)
    corrected = {"feedback_category": "Fuel", "feedback_verdict": "corrected", "feedback_at": timezone.now()}
    make_transaction(alice, description="SUSHI BAR #2", date=date(2026, 2, 1), **corrected)
    row = make_transaction(alice, description="SUSHI BAR #3")

    lines = explained(row.pk).splitlines()

    assert lines[0].startswith("Fuel  0.")
    assert lines[1].startswith("  because: you corrected this merchant to this category")


@pytest.mark.parametrize("is_corrected", [False, True])
def test_explain_suggestion__not_sure_enough_to_be_served__said_unless_the_user_corrected_it(
    alice: Client, settings: Any, is_corrected: bool
) -> None:
    settings.SUGGEST_MODEL_MIN_CONFIDENCE = 1.0
    install_champion()
    for name in ("Fuel", "Restaurants"):
        Category.objects.create(client=alice, name=name)
    corrected = {"feedback_category": "Fuel", "feedback_verdict": "corrected", "feedback_at": timezone.now()}
    make_transaction(
        alice, description="SUSHI BAR #2", date=date(2026, 2, 1), **corrected if is_corrected else {}
    )

    lines = explained(make_transaction(alice, description="SUSHI BAR #3").pk).splitlines()

    assert lines[0].startswith("The model withholds this answer: the confidence") is not is_corrected


def test_explain_suggestion__not_certain_and_the_model_abstains__said(alice: Client, settings: Any) -> None:
    settings.SUGGEST_MODEL_ABSTAINS = True
    install_champion()
    for name in ("Fuel", "Restaurants"):
        Category.objects.create(client=alice, name=name)

    lines = explained(make_transaction(alice, description="NOBODY KNOWS IT").pk).splitlines()

    doubt = "its best candidate is not certain, and SUGGEST_MODEL_ABSTAINS is set"
    assert lines[0] == f"The model withholds this answer: {doubt}."


def test_explain_suggestion__no_champion__says_so(alice: Client) -> None:
    with pytest.raises(CommandError, match="does not answer: unavailable"):
        explained(make_transaction(alice).pk)


def test_explain_suggestion__unknown_transaction__says_so() -> None:
    with pytest.raises(CommandError, match="no transaction 4711"):
        explained(4711)


def described(client: str, **fields: str) -> str:
    given = {"description": "SUSHI BAR #3", "amount": "-4.50", "currency": "CAD", "date": "2026-03-01"}
    out = StringIO()
    call_command("explain_suggestion", client=client, stdout=out, **given | fields)
    return out.getvalue()


def test_explain_suggestion__described__rules_decision_and_candidates(alice: Client) -> None:
    install_champion()
    make_rule(name="Raw fish", pattern="sushi", category="Fuel")

    lines = described(alice.name, user_id="user-1").splitlines()

    assert lines[0] == 'rule "Raw fish" matched "SUSHI": Fuel'
    assert lines[1].startswith("Served by: rule (not_in_canary); bucket ")
    assert lines[2].startswith("Fuel  0.")


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        pytest.param({"amount": "four"}, "--amount must be a number", id="amount"),
        pytest.param({"currency": "EURO"}, "--currency must be a three-letter code", id="currency"),
        pytest.param({"description": ""}, "Give a transaction, or --client", id="nothing"),
    ],
)
def test_explain_suggestion__described_badly__says_what_is_wrong(
    alice: Client, fields: dict[str, str], complaint: str
) -> None:
    with pytest.raises(CommandError, match=complaint):
        described(alice.name, **fields)
