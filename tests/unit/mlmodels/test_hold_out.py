import numpy as np
import pytest

from mlmodels.domain.evaluation.evaluation import ChampionAnswers, HoldOut
from mlmodels.domain.evaluation.hold_out import to_hold_out
from mlmodels.domain.table import read_table
from mlmodels.domain.types import LabelledExample
from tests.examples import make_labelled


def held_out(
    older: list[LabelledExample], newer: list[LabelledExample], champion: ChampionAnswers | None = None
) -> HoldOut:
    table = read_table([*older, *newer])
    return to_hold_out(table, np.arange(len(older)), np.arange(len(older), len(table)), champion)


def test_to_hold_out__merchant_known__its_most_frequent_category() -> None:
    older = [
        make_labelled("Fuel", description="SHELL #12"),
        make_labelled("Fuel", description="SHELL #99"),
        make_labelled("Snacks", description="Shell"),
    ]

    truth = held_out(older, [make_labelled("Snacks", description="SHELL 4711")])

    assert (truth.categories, truth.lookup, truth.is_seen) == (["Snacks"], ["Fuel"], [True])
    assert truth.majority == "Fuel"
    assert truth.champion is None


def test_to_hold_out__merchant_unknown__no_lookup_and_unseen() -> None:
    truth = held_out(
        [make_labelled("Fuel", description="SHELL")], [make_labelled("Fuel", description="ESSO")]
    )

    assert (truth.lookup, truth.is_seen) == ([None], [False])


def test_to_hold_out__no_older_merchant_has_a_name__no_lookup() -> None:
    truth = held_out([make_labelled("Fuel", description="")], [make_labelled("Fuel", description="ESSO")])

    assert (truth.lookup, truth.is_seen) == ([None], [False])


@pytest.mark.parametrize("description", ["", "***"])
def test_to_hold_out__row_without_a_merchant__looked_up_with_no_other_such_row(description: str) -> None:
    older = [
        make_labelled("Fuel", description=""),
        make_labelled("Fuel", description="***"),
        make_labelled("Snacks", description="SHELL"),
    ]

    truth = held_out(older, [make_labelled("Fuel", description=description)])

    assert (truth.lookup, truth.is_seen) == ([None], [False])


def test_to_hold_out__rules_and_champion__passed_on() -> None:
    newer = [make_labelled("Fuel", baseline="Travel"), make_labelled("Fuel")]
    champion = ChampionAnswers([True, False], ["Fuel", None])

    truth = held_out([make_labelled("Fuel")], newer, champion)

    assert truth.baseline == ["Travel", None]
    assert truth.champion is champion
