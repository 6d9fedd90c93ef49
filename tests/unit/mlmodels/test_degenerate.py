"""Data that no model should come of: each case is refused, by the training or by the gate, with a reason."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from mlmodels.domain.evaluation.evaluation import HoldOut, evaluate
from mlmodels.domain.evaluation.gate import GateThresholds, judge
from mlmodels.domain.types import LabelledExample, Prediction
from mlmodels.learning.options import TrainingImpossible
from mlmodels.learning.training import train
from tests.examples import MERCHANTS, synthetic_examples
from tests.unit.mlmodels.conftest import OPTIONS

NAN, INFINITE = float("nan"), float("inf")
HISTORY = synthetic_examples()
NEWEST_ON = HISTORY[-1].example.date


def outcome_of(examples: Iterable[LabelledExample], *, known_until: date | None = None) -> str:
    """Return why no model came of it that may be promoted; empty when one did."""
    try:
        model = train(examples, replace(OPTIONS, known_until=known_until), lambda _stage, _share: None)
    except TrainingImpossible as error:
        return error.code
    return ", ".join(model.gate.failed_names)


def with_amount(amount: float) -> list[LabelledExample]:
    return [labelled._replace(example=labelled.example._replace(amount=amount)) for labelled in HISTORY]


def with_category(*categories: str) -> list[LabelledExample]:
    return [
        labelled._replace(category=categories[row % len(categories)]) for row, labelled in enumerate(HISTORY)
    ]


def with_memo_that_tells(share: float) -> list[LabelledExample]:
    told = int(share * len(HISTORY))
    return [
        labelled._replace(example=labelled.example._replace(memo=f"Category: {labelled.category}"))
        if row < told
        else labelled
        for row, labelled in enumerate(HISTORY)
    ]


def with_categories_at_random() -> list[LabelledExample]:
    chance = random.Random(5)
    return [labelled._replace(category=chance.choice(list(MERCHANTS))) for labelled in HISTORY]


def with_newest_fifth_of_another_world() -> list[LabelledExample]:
    newest = 4 * len(HISTORY) // 5
    return [
        labelled._replace(category=f"new {labelled.category}") if row >= newest else labelled
        for row, labelled in enumerate(HISTORY)
    ]


@pytest.mark.parametrize(
    ("examples", "refused_for"),
    [
        pytest.param([], "insufficient_data", id="no data"),
        pytest.param(HISTORY[:99], "insufficient_data", id="too little data"),
        pytest.param(with_amount(NAN), "insufficient_data", id="no amount is a number"),
        pytest.param(with_amount(INFINITE), "insufficient_data", id="no amount is finite"),
        pytest.param(with_category(""), "insufficient_data", id="no category known"),
        pytest.param(with_category("Groceries"), "one_category", id="one category"),
        pytest.param(
            with_category(*(f"category {row}" for row in range(len(HISTORY)))),
            "one_category",
            id="a category for each row",
        ),
        pytest.param(with_memo_that_tells(1.0), "no_leak", id="the memo tells the category"),
        pytest.param(with_categories_at_random(), "f1_macro", id="nothing to learn"),
        pytest.param(with_newest_fifth_of_another_world(), "f1_macro", id="categories only held out"),
    ],
)
def test_train__degenerate_examples__refused_with_the_reason(
    examples: list[LabelledExample], refused_for: str
) -> None:
    assert refused_for in outcome_of(examples).split(", ")


def test_train__newest_label_years_before_the_newest_transaction__refused_as_stale() -> None:
    assert outcome_of(HISTORY, known_until=NEWEST_ON.replace(year=NEWEST_ON.year + 3)) == "fresh"


@pytest.mark.parametrize(
    "examples",
    [
        pytest.param(HISTORY, id="nothing is wrong"),
        pytest.param(with_memo_that_tells(0.5), id="half of the memos tell the category"),
        pytest.param(HISTORY + with_amount(NAN), id="half of the amounts are no numbers"),
    ],
)
def test_train__sound_enough__not_refused(examples: list[LabelledExample]) -> None:
    assert outcome_of(examples) == ""


@pytest.mark.parametrize("value", [NAN, INFINITE, -INFINITE])
def test_judge__a_model_that_diverged__refused(value: float) -> None:
    answers = [[Prediction("a", 0.9)]] * 199 + [[Prediction("a", value)]]
    truth = HoldOut(
        categories=["a", "b"] * 100,
        baseline=[None] * 200,
        champion=None,
        lookup=[None] * 200,
        majority="a",
        is_seen=[True] * 200,
    )

    gate = judge(evaluate(answers, truth), classes=2, thresholds=GateThresholds())

    assert "finite" in gate.failed_names
