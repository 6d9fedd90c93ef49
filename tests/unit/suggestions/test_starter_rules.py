from datetime import date
from decimal import Decimal

import pytest

from suggestions.demo.catalogue import CHAINS
from suggestions.demo.generator import generate_transactions
from suggestions.domain.rules.engine import RuleEngine, RuleInput
from suggestions.rules.cache import to_spec
from suggestions.rules.starter import starter_rules


@pytest.fixture(scope="module")
def engine() -> RuleEngine:
    return RuleEngine([to_spec(rule) for rule in starter_rules()])


def first_category(engine: RuleEngine, description: str, amount: str = "-20") -> str | None:
    found = engine.candidates(RuleInput(1, "u1", description, Decimal(amount)), top_k=1)
    return found[0].category if found else None


def test_starter_rules__all_of_them__valid_and_distinct(engine: RuleEngine) -> None:
    rules = list(starter_rules())

    assert engine.refused == ()
    assert len({(rule.pattern.lower(), rule.sign) for rule in rules}) == len(rules)
    assert 150 <= len(rules) <= 300


@pytest.mark.parametrize(
    ("description", "amount", "expected"),
    [
        pytest.param("UBER EATS TORONTO", "-20", "Restaurants", id="food, not a ride"),
        pytest.param("UBER TRIP 8812", "-20", "Parking & Transit", id="a ride"),
        pytest.param("SUBPAR GOLF", "-20", None, id="bp inside a word"),
        pytest.param("SHOPPERSDRUGMART1290", "-20", "Health & Pharmacy", id="written as one word"),
        pytest.param("SHOPPER'S DRUG MART #12", "-20", "Health & Pharmacy", id="with an apostrophe"),
        pytest.param("PETROCAN 4411", "-20", "Fuel", id="cut short"),
        pytest.param("7-ELEVEN 3301", "-20", "Groceries", id="starts with a digit"),
        pytest.param("AIR CAN 0142178", "-400", "Travel, Lodging & Rental", id="a ticket"),
        pytest.param("PAYROLL DEP ACMERA", "2000", "Income", id="pay comes in"),
        pytest.param("PAYROLL SERVICE FEE", "-20", None, id="pay does not go out"),
        pytest.param("RENT MAPLE PROPERTIES", "-1200", "Rent & Mortgage", id="rent of a home"),
        pytest.param("STEPHENSONS RENT ALL", "-80", None, id="rent of a tool"),
        pytest.param("NORTH STAR HOLDINGS", "-20", None, id="nobody knows"),
    ],
)
def test_starter_rules__description__category(
    engine: RuleEngine, description: str, amount: str, expected: str | None
) -> None:
    assert first_category(engine, description, amount) == expected


def test_starter_rules__demo__half_of_it_covered_and_nearly_always_right(engine: RuleEngine) -> None:
    rows = generate_transactions(seed=1, users=300, transactions=20_000, end=date(2026, 3, 31))

    answers = [(first_category(engine, row.description, str(row.amount)), row.category) for row in rows]

    covered = sum(answer is not None for answer, _ in answers) / len(answers)
    judged = [answer == label for answer, label in answers if answer and label]
    assert 0.45 <= covered <= 0.60
    assert sum(judged) / len(judged) >= 0.87


def test_starter_rules__categories__are_those_the_demo_uses(engine: RuleEngine) -> None:
    used = set(CHAINS) | {
        row.category
        for row in generate_transactions(seed=1, users=50, transactions=4_000, end=date(2026, 3, 31))
    }

    assert engine.categories(1) <= used
