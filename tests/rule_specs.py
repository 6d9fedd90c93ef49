"""Rules and transactions as the rule engine takes them, for tests."""

from decimal import Decimal
from typing import Any

from suggestions.domain.rules.engine import RuleInput, RuleSpec


def make_spec(**overrides: Any) -> RuleSpec:
    values: dict[str, Any] = {
        "id": 1,
        "name": "rule",
        "kind": "literal",
        "pattern": "tim hortons",
        "category": "Restaurants",
        "priority": 0,
        "sign": "any",
        "amount_min": None,
        "amount_max": None,
        "client_id": None,
        "user_id": "",
    }
    return RuleSpec(**(values | overrides))


def make_input(description: str = "TIM HORTONS #4411", **overrides: Any) -> RuleInput:
    values: dict[str, Any] = {"client_id": 1, "user_id": "u1", "amount": Decimal("-4.50")}
    return RuleInput(description=description, **(values | overrides))
