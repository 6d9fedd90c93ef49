"""Synthetic labelled examples, and the training source that the tests name in MLMODELS_TRAINING_SOURCE."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from mlmodels.domain.activity import Activity
from mlmodels.domain.types import Example, LabelledExample

MERCHANTS = {
    "Groceries": ("GREEN VALLEY MARKET", "CORNER GROCER", "FRESH BASKET"),
    "Restaurants": ("SQ *NOODLE HOUSE", "PIZZERIA ROMA", "THE BURGER BAR"),
    "Transport": ("CITY TRANSIT", "METRO CABS", "PARKING GARAGE"),
    "Salary": ("PAYROLL ACME LTD", "ACH DEPOSIT EMPLOYER"),
    "Housing": ("RENT OFFICE", "POWER AND LIGHT CO"),
}
SOURCE = "tests.examples.labelled_examples"


def make_example(**overrides: Any) -> Example:
    values: dict[str, Any] = {
        "description": "PIZZERIA ROMA #12",
        "memo": "",
        "amount": -20.0,
        "currency": "EUR",
        "date": date(2026, 3, 1),
        "user_key": "1:user-1",
        "client_key": "1",
    }
    return Example(**values | overrides)


def make_labelled(
    category: str, weight: float = 1.0, baseline: str | None = None, **example: Any
) -> LabelledExample:
    return LabelledExample(make_example(**example), category, weight, baseline)


def synthetic_examples(count: int = 600, seed: int = 7) -> list[LabelledExample]:
    chance = random.Random(seed)
    start = date(2025, 1, 1)
    return [_synthetic(chance, start + timedelta(days=365 * row // count)) for row in range(count)]


def labelled_examples(*, limit: int | None) -> Iterator[LabelledExample]:
    examples = synthetic_examples()
    yield from examples[-limit:] if limit is not None else examples


def one_category_only(*, limit: int | None) -> Iterator[LabelledExample]:
    yield from (labelled._replace(category="Groceries") for labelled in labelled_examples(limit=limit))


def broken_source(*, limit: int | None) -> Iterator[LabelledExample]:
    yield from labelled_examples(limit=limit)
    raise RuntimeError("the description of somebody's transaction")


def labels_at_random(*, limit: int | None) -> Iterator[LabelledExample]:
    chance = random.Random(3)
    for labelled in labelled_examples(limit=limit):
        # Nothing can be learned, and the baseline is always right.
        category = chance.choice(list(MERCHANTS))
        yield labelled._replace(category=category, baseline_category=category)


def ninety_labels(*, since: datetime | None) -> Activity:
    return Activity(labels=90, newest_on=None)


def a_transaction_years_later(*, since: datetime | None) -> Activity:
    return Activity(labels=0, newest_on=date(2027, 6, 1))


def _synthetic(chance: random.Random, day: date) -> LabelledExample:
    category = chance.choice(list(MERCHANTS))
    amount = chance.uniform(2_000, 4_000) if category == "Salary" else -chance.uniform(3, 200)
    return make_labelled(
        category,
        description=f"{chance.choice(MERCHANTS[category])} #{chance.randrange(1000, 9999)}",
        amount=round(amount, 2),
        date=day,
        user_key=f"1:user-{chance.randrange(20)}",
        baseline=category if chance.random() < 0.3 else None,
    )
