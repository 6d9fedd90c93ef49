"""Rules, categories, suggestions and transactions in the admin."""

import pytest

from suggestions.models import Category, Feedback, Rule
from tests.builders import make_challenger_answer, make_client, make_event, make_rule, make_transaction
from tests.integration.admin.console import Console
from tests.registry_rows import make_champion, make_version
from tests.rule_form import RULE_FORM

pytestmark = pytest.mark.django_db

RULES = "/admin/suggestions/rule/"
EVENTS = "/admin/suggestions/suggestionevent/"
TRANSACTIONS = "/admin/suggestions/transaction/"


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        pytest.param({"kind": "re2", "pattern": "(tim"}, "RE2 refuses the pattern", id="broken pattern"),
        pytest.param({"kind": "re2", "pattern": "x*"}, "also matches nothing at all", id="matches nothing"),
        pytest.param({"kind": "merchant", "pattern": "Store 12"}, "no single merchant", id="weak merchant"),
        pytest.param({"pattern": "***"}, "has no letter and no digit", id="no word"),
        pytest.param({"amount_min": "9", "amount_max": "1"}, "smallest amount is larger", id="amounts"),
        pytest.param({"amount_max": "-10"}, "Write the amount without its sign", id="negative amount"),
        pytest.param({"user_id": "user-1"}, "needs the client", id="user without client"),
    ],
)
def test_rule__invalid__is_refused_beside_the_field(
    admin: Console, fields: dict[str, str], complaint: str
) -> None:
    answer = admin.browser.post(f"{RULES}add/", RULE_FORM | fields)

    assert complaint in answer.content.decode()
    assert not Rule.objects.filter(name="Coffee").exists()


def test_rule__valid__is_saved_and_shows_what_it_matches(admin: Console) -> None:
    client = make_client()
    make_transaction(client, description="TIM HORTONS #77 OTTAWA")
    make_transaction(client, description="CITY FUEL")

    admin.browser.post(f"{RULES}add/", RULE_FORM)
    rule = Rule.objects.get(name="Coffee")
    page = admin.browser.get(f"{RULES}{rule.pk}/change/").content.decode()

    assert "it matches 1 of the latest 2 transactions" in page
    assert "TIM HORTONS #77 OTTAWA" in page


def test_rule__of_a_merchant__is_saved_and_shows_what_it_matches(admin: Console) -> None:
    client = make_client()
    make_transaction(client, description="SQ *TIM HORTONS 3623 QPS")
    make_transaction(client, description="TIM HORTONS CATERING")

    admin.browser.post(f"{RULES}add/", RULE_FORM | {"kind": "merchant"})
    rule = Rule.objects.get(name="Coffee")
    page = admin.browser.get(f"{RULES}{rule.pk}/change/").content.decode()

    assert "it matches 1 of the latest 2 transactions" in page


def test_rule_page__broken_pattern_in_the_database__still_opens(admin: Console) -> None:
    rule = make_rule(kind="re2", pattern="(((")

    page = admin.browser.get(f"{RULES}{rule.pk}/change/").content.decode()

    assert "it is left out and matches nothing" in page
    assert "RE2 refuses the pattern" in page
    assert "it matches 0 of" not in page


def test_category__deactivate__switches_the_chosen_ones_off(admin: Console) -> None:
    client = make_client()
    chosen = Category.objects.create(client=client, name="Fuel")
    other = Category.objects.create(client=client, name="Groceries")

    admin.browser.post(
        "/admin/suggestions/category/", {"action": "deactivate", "_selected_action": [chosen.pk]}
    )

    active = dict(Category.objects.values_list("name", "is_active"))
    assert active == {chosen.name: False, other.name: True}


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        pytest.param(
            {"source": "model", "bucket": 512, "percentage": 1_000, "rollout_version": 4},
            "The model was served: bucket 512 lies below the canary of 10 % (rollout version 4).",
            id="model",
        ),
        pytest.param(
            {"fallback": "not_in_canary", "bucket": 5_000, "percentage": 1_000, "rollout_version": 4},
            "The rules were served: bucket 5000 lies outside the canary of 10 % (rollout version 4).",
            id="outside",
        ),
        pytest.param(
            {"fallback": "not_in_canary", "bucket": 5_000},
            "The rules were served: the canary is at 0 %.",
            id="no canary",
        ),
        pytest.param(
            {"fallback": "timeout", "bucket": 12, "percentage": 1_000, "state": "model_error"},
            "The rules were served: the model missed its deadline.",
            id="error in the canary",
        ),
        pytest.param(
            {"fallback": "timeout", "bucket": 5_000, "state": "model_error"},
            "The rules were served: the canary is at 0 %; besides, the model missed its deadline.",
            id="error in the shadow",
        ),
        pytest.param(
            {"fallback": "timeout", "bucket": 1_000, "percentage": 1_000, "state": "model_error"},
            "The rules were served: bucket 1000 lies outside the canary of 10 % (rollout version 0); "
            "besides, the model missed its deadline.",
            id="error just outside the canary",
        ),
        pytest.param(
            {"fallback": "no_user"},
            "The rules were served: the transaction has no user id, so it belongs to no bucket.",
            id="no user",
        ),
        pytest.param(
            {"fallback": "rollout_unavailable", "bucket": 5_000},
            "The rules were served: the rollout row could not be read.",
            id="rollout unreadable",
        ),
        pytest.param(
            {"fallback": "blind", "is_blind": True, "bucket": 5_000},
            "Nothing was shown: the transaction is in the blind slice, where users choose by themselves.",
            id="blind",
        ),
    ],
)
def test_suggestion_page__says_why_this_was_served(
    analyst: Console, event: dict[str, object], sentence: str
) -> None:
    row = make_event(make_transaction(make_client()), **event)

    assert sentence in analyst.browser.get(f"{EVENTS}{row.pk}/change/").content.decode()


def test_suggestion_page__shows_both_answers_the_rule_and_the_feedback(analyst: Console) -> None:
    rule = make_rule(name="Coffee rule")
    row = make_event(
        make_transaction(make_client(), external_id="bank-17"),
        rule_id=rule.pk,
        model_category="Fuel",
        model_confidence=0.71,
        model_version=make_champion(),
        state="disagree",
    )
    Feedback.objects.create(event=row, verdict="rejected", reason="not mine")
    Feedback.objects.create(event=row, verdict="corrected", category="Gifts & <Toys>")

    page = analyst.browser.get(f"{EVENTS}{row.pk}/change/").content.decode()

    for part in ("Restaurants (0.90)", "Fuel (0.71)", "Coffee rule", "bank-17", "not mine"):
        assert part in page
    assert "Gifts &amp; &lt;Toys&gt;" in page


def test_suggestion_page__shows_what_the_challenger_said_or_why_nothing(analyst: Console) -> None:
    challenger = make_version(status="challenger")
    answered, silent, unasked = (make_event(make_transaction(make_client())) for _ in range(3))
    make_challenger_answer(answered, version=challenger, category="Fuel", confidence=0.62)
    make_challenger_answer(silent, version=challenger, category="", confidence=None, failure="low_confidence")

    pages = [
        analyst.browser.get(f"{EVENTS}{row.pk}/change/").content.decode()
        for row in (answered, silent, unasked)
    ]

    assert f"Fuel (0.62) (v{challenger.pk})" in pages[0]
    assert f"no answer: The model was not confident enough (v{challenger.pk})" in pages[1]
    assert "not asked" in pages[2]


def test_suggestions__filtered_by_state__lists_those_alone(analyst: Console) -> None:
    client = make_client()
    make_event(make_transaction(client, external_id="same"), state="agree")
    make_event(make_transaction(client, external_id="other"), state="disagree", model_category="Fuel")

    page = analyst.browser.get(f"{EVENTS}?state__exact=disagree").content.decode()

    assert "other" in page
    assert ">same<" not in page


@pytest.mark.parametrize("wanted", ["bank-17", "person-5"])
def test_transactions__search__finds_exact_ids_alone(analyst: Console, wanted: str) -> None:
    client = make_client()
    make_transaction(client, external_id="bank-17", user_id="person-5", description="FOUND IT")
    make_transaction(client, external_id="bank-171", user_id="person-51", description="SOMETHING ELSE")

    page = analyst.browser.get(TRANSACTIONS, {"q": wanted}).content.decode()

    assert "found it" in page  # by its merchant: an analyst reads no descriptions
    assert "something else" not in page


def test_home__shows_state_evidence_champion_and_changes(analyst: Console, world: dict[str, str]) -> None:
    page = analyst.browser.get("/admin/").content.decode()

    for part in ("25 % of users", "Agreement of rules and model", "Accuracy 91.0 %", "enough"):
        assert part in page
    assert "/suggestionevent/disagreements/" in page
    assert "Roll back to rules" not in page
