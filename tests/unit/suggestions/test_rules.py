from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from suggestions.domain.rules.engine import RuleEngine, RuleInput, RuleSpec, precedence
from tests.rule_specs import make_input
from tests.rule_specs import make_spec as make_rule


def categories_of(rules: Sequence[RuleSpec], transaction: RuleInput, top_k: int = 10) -> list[str]:
    return [candidate.category for candidate in RuleEngine(rules).candidates(transaction, top_k=top_k)]


def test_candidates__more_patterns_than_one_set_holds__all_searched() -> None:
    rules = [make_rule(id=n, kind="re2", pattern=f"shop{n}x", category=str(n)) for n in range(120)]

    assert categories_of(rules, make_input("SHOP119X SHOP51X SHOP0X")) == ["119", "51", "0"]


# --- which rule wins ---


@pytest.mark.parametrize(
    ("winner", "loser"),
    [
        pytest.param(
            {"user_id": "u1", "client_id": 1}, {"client_id": 1, "priority": 9}, id="user before client"
        ),
        pytest.param({"client_id": 1}, {"priority": 9}, id="client before all"),
        pytest.param(
            {"priority": 1, "pattern": "tim"}, {"pattern": "tim hortons"}, id="priority before length"
        ),
        pytest.param({"pattern": "tim hortons"}, {"pattern": "tim"}, id="the longer pattern"),
        pytest.param({"pattern": "hortons"}, {"pattern": "tim          "}, id="white space adds no length"),
        pytest.param(
            {"kind": "re2", "pattern": "tim hort.*"}, {"pattern": "tim"}, id="kinds compare by length"
        ),
        pytest.param(
            {"kind": "merchant"}, {"pattern": "tim hortons #4411"}, id="a merchant before the longer words"
        ),
        pytest.param({"priority": 1}, {"kind": "merchant"}, id="priority before kind"),
        pytest.param({"id": 1}, {"id": 2}, id="the older rule"),
    ],
)
def test_candidates__two_rules__better_one_first(winner: dict[str, Any], loser: dict[str, Any]) -> None:
    better = make_rule(**({"id": 5, "category": "better"} | winner))
    worse = make_rule(**({"id": 4, "category": "worse"} | loser))
    if "id" in winner:
        worse = make_rule(category="worse", **loser)

    assert categories_of([worse, better], make_input()) == ["better", "worse"]
    assert categories_of([better, worse], make_input(), top_k=1) == ["better"]


def test_candidates__uber_eats__more_specific_rule_wins() -> None:
    rules = [
        make_rule(id=1, pattern="uber", category="Parking & Transit"),
        make_rule(id=2, pattern="uber eats", category="Restaurants"),
    ]

    assert categories_of(rules, make_input("UBER EATS TORONTO"))[0] == "Restaurants"
    assert categories_of(rules, make_input("UBER TRIP")) == ["Parking & Transit"]


@pytest.mark.parametrize(
    ("rule", "transaction", "expected"),
    [
        pytest.param({"client_id": 2}, {}, False, id="another client's rule"),
        pytest.param({"client_id": 1, "user_id": "u2"}, {}, False, id="another user's rule"),
        pytest.param({"client_id": 1, "user_id": "u1"}, {"user_id": ""}, False, id="user's rule, no user"),
        pytest.param({"sign": "in"}, {"amount": Decimal("1")}, True, id="money in"),
        pytest.param({"sign": "in"}, {"amount": Decimal("-1")}, False, id="in, but money out"),
        pytest.param({"sign": "in"}, {"amount": Decimal("0")}, False, id="in, but nothing"),
        pytest.param({"sign": "out"}, {"amount": Decimal("-1")}, True, id="money out"),
        pytest.param({"sign": "out"}, {"amount": Decimal("1")}, False, id="out, but money in"),
        pytest.param({"sign": "out"}, {"amount": Decimal("0")}, False, id="out, but nothing"),
        pytest.param({"amount_min": Decimal("5")}, {"amount": Decimal("-5.00")}, True, id="minimum included"),
        pytest.param({"amount_min": Decimal("5")}, {"amount": Decimal("-4.99")}, False, id="below minimum"),
        pytest.param({"amount_max": Decimal("5")}, {"amount": Decimal("5.00")}, True, id="maximum included"),
        pytest.param({"amount_max": Decimal("5")}, {"amount": Decimal("-5.01")}, False, id="above maximum"),
    ],
)
def test_candidates__condition__decides(
    rule: dict[str, Any], transaction: dict[str, Any], expected: bool
) -> None:
    assert bool(categories_of([make_rule(**rule)], make_input(**transaction))) is expected


def test_candidates__no_rule_matches__none_invented() -> None:
    assert RuleEngine([]).candidates(make_input(), top_k=3) == []
    assert categories_of([make_rule(pattern="shell")], make_input()) == []


def test_candidates__several_rules_of_one_category__one_candidate_by_the_best() -> None:
    rules = [
        make_rule(id=1, name="all"),
        make_rule(id=2, name="ours", client_id=1),
        make_rule(id=3, category="B"),
    ]

    candidates = RuleEngine(rules).candidates(make_input(), top_k=5)

    assert [(c.category, c.rule_id) for c in candidates] == [("Restaurants", 2), ("B", 3)]


@pytest.mark.parametrize(
    ("rule", "description", "reason"),
    [
        pytest.param(
            {"name": "Tim Hortons"},
            "POS  TIM  HORTONS #44",
            'rule "Tim Hortons" matched "TIM  HORTONS"',
            id="words as they are written",
        ),
        pytest.param(
            {"name": "Cafés", "pattern": "cafe"}, "LE CAFE\u0301", 'rule "Cafés" matched "CAFÉ"', id="accents"
        ),
        pytest.param(
            {"name": "Rides", "kind": "re2", "pattern": "uber( trip)?"},
            "*UBER TRIP*",
            'rule "Rides" matched "UBER TRIP"',
            id="a pattern, without its boundaries",
        ),
        pytest.param(
            {"name": "Tims", "kind": "merchant", "pattern": "TIM HORTONS #1"},
            "POS PURCHASE TIM HORTONS 3623 QPS",
            'rule "Tims" matched "tim hortons"',
            id="a merchant by its key",
        ),
        pytest.param(
            {"name": "All", "kind": "re2", "pattern": ".+"},
            "x" * 100,
            f'rule "All" matched "{"x" * 59}…"',
            id="a long match is cut",
        ),
    ],
)
def test_candidates__reason__quotes_what_matched(rule: dict[str, Any], description: str, reason: str) -> None:
    candidate = RuleEngine([make_rule(**rule)]).candidates(make_input(description), top_k=1)[0]

    assert candidate.reason == reason


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param("merchant", [0.97, 0.93, 0.85], id="merchant"),
        pytest.param("literal", [0.95, 0.90, 0.80], id="literal"),
        pytest.param("re2", [0.95, 0.88, 0.75], id="re2"),
    ],
)
def test_candidates__scope_and_kind__order_confidence(kind: str, expected: list[float]) -> None:
    scopes: list[dict[str, Any]] = [{"client_id": 1, "user_id": "u1"}, {"client_id": 1}, {}]
    rules = [make_rule(id=n, kind=kind, category=str(n), **scope) for n, scope in enumerate(scopes)]

    confidences = [c.confidence for c in RuleEngine(rules).candidates(make_input(), top_k=3)]

    assert confidences == expected


def test_engine__invalid_rule__left_out_and_named() -> None:
    engine = RuleEngine([make_rule(id=7, kind="re2", pattern="(?=x)"), make_rule(id=8)])

    assert [rule_id for rule_id, _ in engine.refused] == [7]
    assert [c.rule_id for c in engine.candidates(make_input(), top_k=3)] == [8]


def test_categories__client__own_and_common_ones() -> None:
    engine = RuleEngine(
        [
            make_rule(category="common"),
            make_rule(client_id=1, category="ours"),
            make_rule(client_id=1, user_id="u1", category="mine"),
            make_rule(client_id=2, category="theirs"),
        ]
    )

    assert engine.categories(1) == {"common", "ours", "mine"}
    assert engine.categories(3) == {"common"}


# --- merchants ---


@pytest.mark.parametrize(
    ("pattern", "description", "expected"),
    [
        pytest.param("Tim Hortons", "TIM HORTONS #4411 TORONTO ON", True, id="number and place"),
        pytest.param("WALMART", "POS PURCHASE WAL-MART #1004", True, id="spelling and terminal"),
        pytest.param("SQ *NOODLE HOUSE", "Noodle House", True, id="a whole line as the pattern"),
        pytest.param("Café Nero", "CAFE NERO", True, id="accents"),
        pytest.param("Uber", "UBER EATS TORONTO", False, id="a part of another name"),
        pytest.param("Tim Hortons", "TIM HORTONS CATERING", False, id="more words"),
        pytest.param("Uber Eats", "UBER", False, id="fewer words"),
    ],
)
def test_candidates__merchant__matches_the_whole_name(pattern: str, description: str, expected: bool) -> None:
    rule = make_rule(kind="merchant", pattern=pattern)

    assert bool(categories_of([rule], make_input(description))) is expected


def test_candidates__several_rules_of_one_merchant__all_looked_at() -> None:
    rules = [
        make_rule(id=1, kind="merchant", sign="in", category="Refunds", priority=1),
        make_rule(id=2, kind="merchant", pattern="TIM HORTONS 12345", category="Coffee"),
        make_rule(id=3, kind="merchant", pattern="Starbucks", category="Other"),
    ]

    assert categories_of(rules, make_input(amount=Decimal("-3"))) == ["Coffee"]
    assert categories_of(rules, make_input(amount=Decimal("3"))) == ["Refunds", "Coffee"]


# --- every rule that applies ---


def test_matches__several_rules__all_of_them_best_first_with_what_each_matched() -> None:
    rules = [
        make_rule(id=1, pattern="tim", name="short"),
        make_rule(id=2, pattern="tim hortons", name="long"),
        make_rule(id=3, kind="merchant", name="merchant", category="Coffee"),
        make_rule(id=4, kind="re2", pattern="t.m", name="pattern", priority=9),
        make_rule(id=5, user_id="u2", client_id=1),
        make_rule(id=6, pattern="esso"),
    ]

    matches = RuleEngine(rules).matches(make_input())

    assert [match.candidate.reason for match in matches] == [
        'rule "pattern" matched "TIM"',
        'rule "merchant" matched "tim hortons"',
        'rule "long" matched "TIM HORTONS"',
        'rule "short" matched "TIM"',
    ]
    assert [match.rule for match in matches] == RuleEngine(rules).applying(make_input())
    assert sorted((match.rule for match in reversed(matches)), key=precedence) == [m.rule for m in matches]


def test_applying__known_merchant_key__is_believed() -> None:
    engine = RuleEngine([make_rule(kind="merchant")])

    assert engine.applying(make_input("SOMETHING ELSE", merchant="tim hortons"))
    assert not engine.applying(make_input("SOMETHING ELSE"))
