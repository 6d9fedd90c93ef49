from collections.abc import Sequence
from typing import Any

import pytest

from suggestions.domain.rules.engine import RuleEngine, RuleSpec
from suggestions.domain.rules.suggested import KnownLabel, RuleSuggestion, suggest_rules
from tests.rule_specs import make_input, make_spec


def make_labels(count: int = 5, category: str = "Coffee", **overrides: Any) -> list[KnownLabel]:
    merchant = overrides.pop("merchant", "tim hortons")
    users = overrides.pop("users", 2)
    client_id = overrides.pop("client_id", 1)
    first = overrides.pop("first", 100)
    return [
        KnownLabel(
            first - number,
            make_input(
                f"{merchant} #{number}", user_id=f"u{number % users}", client_id=client_id, merchant=merchant
            ),
            category,
            **{"is_correction": False} | overrides,
        )
        for number in range(count)
    ]


def suggested(
    labels: Sequence[KnownLabel],
    rules: Sequence[RuleSpec] = (),
    withdrawn: Sequence[str] = (),
    limit: int = 10,
) -> list[RuleSuggestion]:
    gone = {1: frozenset(withdrawn)}
    return suggest_rules(labels, RuleEngine(rules), withdrawn=gone, limit=limit)


def test_suggest__labels_agree_and_the_rules_are_silent__one_rule() -> None:
    (one,) = suggested(make_labels(9) + make_labels(1, "Fuel", first=50))

    assert (one.client_id, one.merchant, one.category) == (1, "tim hortons", "Coffee")
    assert (one.labels, one.right, one.users, one.asked, one.rules_right) == (10, 9, 2, 5, 0)
    assert (one.rules_say, one.transaction_id) == ("", 100)
    assert one.precision.startswith("9 of 10, 90 %")


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param(make_labels(4), id="too few"),
        pytest.param(make_labels(users=1), id="one user alone"),
        pytest.param(make_labels(8) + make_labels(1, "Fuel"), id="they do not agree"),
        pytest.param(make_labels(3) + make_labels(2, client_id=2), id="of two clients"),
        pytest.param(make_labels(merchant="store"), id="no merchant"),
    ],
)
def test_suggest__not_enough__nothing(labels: list[KnownLabel]) -> None:
    assert suggested(labels) == []


def test_suggest__users_without_an_id__are_nobody() -> None:
    labels = [
        KnownLabel(number, make_input(user_id="", merchant="tim hortons"), "Coffee", is_correction=False)
        for number in range(9)
    ]

    assert suggested(labels) == []


def test_suggest__rules_say_something_else__says_what() -> None:
    labels = [*make_labels(3, is_correction=True), *make_labels(3)]

    (one,) = suggested(labels, [make_spec(category="Restaurants")])

    assert (one.rules_say, one.corrections) == ("Restaurants", 3)


def test_suggest__rules_are_right_already__nothing() -> None:
    assert suggested(make_labels(), [make_spec(category="Coffee")]) == []


def test_suggest__rules_say_it_and_the_newest_labels_are_exceptions__nothing() -> None:
    labels = make_labels(5, "Other", first=200) + make_labels(45)

    assert suggested(labels, [make_spec(kind="merchant", category="Coffee")]) == []


def test_suggest__rules_say_what_the_newest_exceptions_say__is_offered() -> None:
    labels = make_labels(5, "Other", first=200) + make_labels(45)

    (one,) = suggested(labels, [make_spec(kind="merchant", category="Other")])

    assert (one.category, one.rules_right, one.rules_say) == ("Coffee", 0, "Other")


def test_suggest__category_that_the_client_has_withdrawn__nothing() -> None:
    assert suggested(make_labels(), withdrawn=["Coffee"]) == []


def test_suggest__rule_of_a_withdrawn_category__is_silent() -> None:
    (one,) = suggested(make_labels(), [make_spec(category="Restaurants")], withdrawn=["Restaurants"])

    assert one.rules_say == ""


def test_suggest__several__what_gains_most_first() -> None:
    labels = make_labels(5, merchant="pizza palace") + make_labels(12) + make_labels(7, merchant="city fuel")

    assert [one.merchant for one in suggested(labels)] == ["tim hortons", "city fuel", "pizza palace"]


def test_suggest__more_than_the_limit__the_merchants_with_most_labels() -> None:
    labels = make_labels(5, merchant="pizza palace") + make_labels(12) + make_labels(7, merchant="city fuel")

    assert [one.merchant for one in suggested(labels, limit=2)] == ["tim hortons", "city fuel"]
