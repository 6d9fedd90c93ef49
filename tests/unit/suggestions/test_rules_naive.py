"""The engine against one that is too simple to be wrong."""

import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from mlmodels.domain.text.key import normalise
from suggestions.domain.rules.engine import RuleEngine, RuleInput, RuleSpec
from tests.rule_specs import make_input
from tests.rule_specs import make_spec as make_rule

# --- the engine against a naive one ---

RULES = st.lists(
    st.builds(
        make_rule,
        id=st.integers(1, 1000),
        kind=st.sampled_from(["literal", "merchant", "re2"]),
        pattern=st.sampled_from(["a", "b", "a b", "ab", "b a", "c d e"]),
        category=st.sampled_from(["A", "B", "C"]),
        priority=st.integers(-1, 1),
        sign=st.sampled_from(["any", "in", "out"]),
        amount_min=st.sampled_from([None, Decimal(2)]),
        amount_max=st.sampled_from([None, Decimal(3)]),
        client_id=st.sampled_from([None, 1, 2]),
        user_id=st.sampled_from(["", "u1"]),
    ),
    max_size=12,
    unique_by=lambda rule: rule.id,
)
INPUTS = st.builds(
    make_input,
    st.lists(st.sampled_from(["a", "b", "ab", "c", "d", "e"]), max_size=6).map(" ".join),
    amount=st.sampled_from([Decimal(n) for n in (-4, -3, -2, -1, 0, 1, 2, 3)]),
    user_id=st.sampled_from(["", "u1", "u2"]),
)


def naive_best(rules: list[RuleSpec], transaction: RuleInput) -> list[tuple[str, int]]:
    def is_found(rule: RuleSpec) -> bool:
        if rule.kind == "merchant":
            return normalise(rule.pattern) == normalise(transaction.description)
        return re.search(rf"\b{rule.pattern}\b", transaction.description) is not None

    def is_hit(rule: RuleSpec) -> bool:
        size = abs(transaction.amount)
        return (
            is_found(rule)
            and rule.client_id in (None, transaction.client_id)
            and rule.user_id in ("", transaction.user_id)
            and {"any": True, "in": transaction.amount > 0, "out": transaction.amount < 0}[rule.sign]
            and (rule.amount_min or 0) <= size <= (rule.amount_max or size)
        )

    best: dict[str, int] = {}
    for hit in sorted(filter(is_hit, rules), key=naive_order):
        best.setdefault(hit.category, hit.id)
    return list(best.items())


def naive_order(rule: RuleSpec) -> tuple[bool, bool, int, bool, int, int]:
    is_part = rule.kind != "merchant"
    return (not rule.user_id, rule.client_id is None, -rule.priority, is_part, -len(rule.pattern), rule.id)


@given(RULES, INPUTS, st.integers(1, 4))
def test_candidates__any_rules__equal_the_naive_engine(
    rules: list[RuleSpec], transaction: RuleInput, top_k: int
) -> None:
    found = RuleEngine(rules).candidates(transaction, top_k=top_k)

    assert [(c.category, c.rule_id) for c in found] == naive_best(rules, transaction)[:top_k]
