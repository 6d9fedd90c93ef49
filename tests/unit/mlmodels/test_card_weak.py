"""The advice for weak categories: each sentence rests on a stored figure, and is not said without it."""

import re
from typing import Any

import pytest

from mlmodels.domain.card import Item, Section, VersionFacts, write_card
from tests.version_facts import METRICS, make_facts


def weak(facts: VersionFacts) -> Section:
    card = write_card(facts, before=None, min_examples=5)
    return next(one for one in card.sections if one.title.startswith("Weak"))


def advice(**changes: Any) -> str:
    (item,) = weak(make_facts({name: _changed(name, value) for name, value in changes.items()})).items
    return " ".join(item.sentences)


def _changed(name: str, value: Any) -> Any:
    return METRICS[name] | value if isinstance(value, dict) else value


def test_weak__below_what_the_gate_demanded__are_named_with_f1_and_support() -> None:
    found = weak(make_facts())

    assert found.sentences == ("1 of 3 categories has an F1 below 0.72.",)
    assert [item.title for item in found.items] == ["Coffee (F1 0.500, 40 held out)"]


def test_weak__gate_demanded_more__more_are_weak() -> None:
    gate = {"conditions": [{"name": "f1_macro", "threshold": 0.93, "passed": False}]}

    found = weak(make_facts(gate=gate))

    assert found.sentences == ("2 of 3 categories have an F1 below 0.93.",)
    assert [item.title.split()[0] for item in found.items] == ["Coffee", "Groceries"]


def test_weak__none__says_so() -> None:
    found = weak(make_facts({"val_f1_per_class": {"Fuel": 0.95, "Coffee": 0.72}}))

    assert (found.sentences, found.items) == (("No category has an F1 below 0.72.",), ())


def test_advice__missed__names_what_it_is_taken_for() -> None:
    said = advice()

    assert "22 of its 40 held-out examples were missed, most often taken for Groceries (15), Fuel (4)" in said
    assert "Where it was answered, 60.0 % were right; most of the others belong to Groceries (9)." in said
    assert "It and Groceries are taken for each other (15 and 9 times)" in said
    assert "It and Fuel" not in said
    assert "do not say why" not in said


def test_advice__never_found__says_so() -> None:
    said = advice(val_recall_per_class={"Coffee": 0.0}, val_precision_per_class={"Coffee": 0.0})

    assert "None of its 40 held-out examples was found" in said
    assert "Where it was answered" not in said


def test_advice__mistakes_not_recorded__invents_none() -> None:
    said = advice(val_confused_pairs=[])

    assert "how they were answered is not among the most frequent mistakes" in said
    assert "Groceries" not in said


@pytest.mark.parametrize(
    ("unseen", "is_said"), [pytest.param(20, True, id="half"), pytest.param(19, False, id="fewer")]
)
def test_advice__mostly_new_merchants__says_how_often_such_are_right(unseen: int, is_said: bool) -> None:
    said = advice(val_unseen_per_class={"Coffee": unseen})

    assert (
        f"{unseen} of its 40 held-out examples are at merchants without an earlier label" in said
    ) is is_said
    assert ("55.0 % are right over all categories" in said) is is_said


@pytest.mark.parametrize(
    ("support", "more"),
    [
        pytest.param(30, [], id="enough"),
        # A fifth of the labels is held out: (30 − 10) · 5003 / 1000, rounded up.
        pytest.param(10, ["101"], id="few"),
    ],
)
def test_advice__few_held_out__says_how_many_more_labels(support: int, more: list[str]) -> None:
    said = advice(val_support_per_class={"Coffee": support})

    assert re.findall(r"About (\S+) more labels of it would bring 30 held-out examples\.", said) == more


@pytest.mark.parametrize(
    ("examples", "missing"),
    [
        pytest.param(3, "it has 3, so 2 more are needed.", id="several"),
        pytest.param(4, "it has 4, so 1 more is needed.", id="one"),
    ],
)
def test_advice__left_out_of_the_training__says_how_many_are_missing(examples: int, missing: str) -> None:
    changes = {"examples_per_class": {"Coffee": examples}, "val_support_per_class": {"Coffee": 1}}
    facts = make_facts({name: METRICS[name] | value for name, value in changes.items()}, labels=("Fuel",))

    item: Item = weak(facts).items[0]

    assert item.sentences[0] == (
        f"It was left out of the training, as a category is learned from 5 examples on: {missing}"
    )


def test_advice__nearly_all_examples_are_held_out__says_that_it_is_new() -> None:
    said = advice(examples_per_class={"Coffee": 44})

    assert "only 4 of its 44 labelled examples are older than those held out" in said
    assert "only 1 of its 41 labelled examples is older" in advice(examples_per_class={"Coffee": 41})
    assert "It is new" not in advice(examples_per_class={"Coffee": 45})


def test_advice__nothing_stored_but_f1__says_that_the_figures_do_not_tell() -> None:
    only = dict.fromkeys(METRICS) | {"val_f1_per_class": {"Coffee": 0.5}}

    (item,) = weak(make_facts(only)).items

    assert item == Item("Coffee (F1 0.500)", ("The stored figures do not say why.",))
