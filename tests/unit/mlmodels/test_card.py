"""What a model card says, from complete figures and from missing ones."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mlmodels.domain.candidates import FEATURE_NAMES
from mlmodels.domain.card import Card, Override, Section, VersionFacts, write_card
from mlmodels.domain.evaluation.conditions import TITLES, GateThresholds
from mlmodels.domain.evaluation.evaluation import Evaluation
from mlmodels.domain.evaluation.gate import judge
from tests.version_facts import METRICS, make_facts


def card_of(facts: VersionFacts, before: VersionFacts | None = None) -> Card:
    return write_card(facts, before=before, min_examples=5)


def section(card: Card, title: str) -> Section:
    return next(one for one in card.sections if one.title.startswith(title))


def rows_of(card: Card, title: str) -> dict[str, tuple[str, ...]]:
    return {row[0]: row[1:] for table in section(card, title).tables for row in table.rows}


def text_of(card: Card) -> str:
    return repr(card)


def test_card__complete_figures__says_what_it_was_measured_with() -> None:
    card = card_of(make_facts())

    facts = dict(section(card, "Data").facts)
    assert card.title == "Model card of v5"
    assert card.summary == (
        "v5 was trained on 2026-07-01 03:00 UTC and is candidate.",
        "It was right in 90.0 % of 1,000 transactions that it had not learned from; its macro F1 is 0.800.",
    )
    assert facts["Labelled examples"] == "5,003"
    assert facts["Period"] == "2025-01-02 to 2026-06-30"
    assert facts["Period of those"] == "2026-05-01 to 2026-06-30"
    assert facts["Categories left out, with too few examples"] == "1: Rare"
    assert facts["Examples left out as unusable"] == "7"
    assert facts["Fingerprint (SHA-256)"] == "b" * 64


def test_card__first_version__has_nothing_to_compare_with() -> None:
    card = card_of(make_facts())

    assert section(card, "Figures").sentences == ("There is no earlier version to compare with.",)
    assert rows_of(card, "Figures")["Accuracy"] == ("90.0 %",)
    assert rows_of(card, "By category")["Fuel"][-1] == "0.950"


def test_card__version_before__figures_side_by_side_with_their_difference() -> None:
    before = make_facts(
        {"val_accuracy": 0.92, "val_f1_macro": 0.75, "val_ece": 0.012, "val_from": "2026-04-01"},
        name="v4",
        data_fingerprint="c" * 64,
    )

    card = card_of(make_facts(), before)

    rows = rows_of(card, "Figures")
    assert rows["Accuracy"] == ("90.0 %", "92.0 %", "−2.0 points")
    assert rows["Macro F1"] == ("0.800", "0.750", "+0.050")
    assert rows["Calibration error (ECE)"] == ("0.012", "0.012", "±0.000")
    _, periods, chance = section(card, "Figures").sentences
    assert "v4 on transactions from 2026-04-01 to 2026-06-30" in periods
    # 1.96 · √(0.9 · 0.1 / 1000 + 0.92 · 0.08 / 1000) = 0.0251
    assert "by up to 2.5 points in 19 of 20 cases" in chance


def test_card__version_before_of_the_same_data__says_so_instead_of_chance() -> None:
    card = card_of(make_facts(), make_facts(name="v4"))

    assert "measured on the same ones" in section(card, "Figures").sentences[1]


def test_card__simpler_answers__stand_beside_the_model_where_they_were_measured() -> None:
    rows = rows_of(card_of(make_facts({"val_majority_accuracy": None})), "Figures")

    assert rows["The merchant's most frequent category"] == ("all", "85.0 %", "90.0 %")
    assert rows["The rules of that time"] == ("40.0 %", "80.0 %", "92.0 %")
    assert "The most frequent category" not in rows
    assert not any("champion" in title for title in rows)


def test_card__champion__on_the_rows_that_are_newer_than_its_training() -> None:
    shares = {
        "val_champion_accuracy": 0.88,
        "val_accuracy_on_champion_rows": 0.91,
    }

    rows = rows_of(card_of(make_facts({"val_size": 1_000, "val_champion_rows": 250} | shares)), "Figures")

    assert rows["The champion, on what is newer than its training"] == ("25.0 %", "88.0 %", "91.0 %")


def test_card__by_category__weakest_first_with_the_f1_before() -> None:
    before = make_facts({"val_f1_per_class": {"Coffee": 0.6}}, name="v4")

    card = card_of(make_facts(), before)

    table = section(card, "By category").tables[0]
    assert table.rows[0] == ("Coffee", "200", "40", "60.0 %", "45.0 %", "0.500", "0.600", "−0.100")
    assert table.rows[2][0] == "Fuel"
    assert table.rows[2][-2:] == ("–", "–")


def test_card__category_without_a_held_out_example__is_named() -> None:
    card = card_of(make_facts(labels=("Coffee", "Fuel", "Groceries", "Rent")))

    assert "without a held-out example: Rent." in section(card, "By category").sentences[0]


def test_card__confused_pairs__share_of_the_category_and_the_other_way_round() -> None:
    table = section(card_of(make_facts()), "Worst confused").tables[0]

    assert table.rows[0] == ("Coffee", "Groceries", "15", "37.5 %", "9")
    assert table.rows[2] == ("Coffee", "Fuel", "4", "10.0 %", "–")


def test_card__calibration__points_and_the_largest_gap() -> None:
    found = section(card_of(make_facts()), "Calibration")

    assert [one.count for one in found.points] == [100, 300, 600]
    assert "at a confidence of 40.0 %, where 50.0 % of 100 rows were right" in " ".join(found.sentences)
    assert found.tables[0].rows[0] == ("40.0 %", "50.0 %", "+10.0 points", "100")


def test_card__gate__each_condition_with_what_it_found() -> None:
    failed = {
        "name": "f1_macro",
        "value": 0.6,
        "threshold": 0.72,
        "passed": False,
        "detail": "weakest: Coffee",
    }
    card = card_of(make_facts(gate={"passed": False, "conditions": [failed]}))

    found = section(card, "Conditions")
    assert found.sentences == ("1 of 1 conditions failed.",)
    assert found.tables[0].rows[0] == (TITLES["f1_macro"], "failed", "0.6", "0.72", "weakest: Coffee")


def test_card__promoted_despite_the_gate__reason_and_day() -> None:
    override = Override(datetime(2026, 7, 2, 12, tzinfo=UTC), "rare ones are not ours")

    card = card_of(make_facts(overrides=(override,)))

    said = section(card, "Conditions").sentences[-1]
    assert said == "It was promoted despite the gate on 2026-07-02, with this reason: rare ones are not ours"


def test_card__failed_validation__says_why_although_the_gate_was_passed() -> None:
    card = card_of(make_facts(status="rejected", rejected_reason="validation: crash"))

    assert "It was rejected all the same: validation: crash." in section(card, "Conditions").sentences


def test_card__every_feature__stands_in_one_group() -> None:
    table = section(card_of(make_facts()), "Model").tables[0]

    named = [name for row in table.rows for name in row[2].split(", ")]
    assert sorted(named) == sorted(FEATURE_NAMES)
    assert len(table.rows) == 7
    assert sum(int(row[1]) for row in table.rows) == len(FEATURE_NAMES)


def test_card__search__marks_the_settings_that_were_chosen() -> None:
    table = section(card_of(make_facts()), "Model").tables[1]

    assert [column.title for column in table.columns] == ["Rounds", "Leaves", "Loss", "Chosen"]
    assert [row[-1] for row in table.rows] == ["chosen", ""]


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(make_facts(metrics=dict.fromkeys(METRICS), gate={}), id="nothing-was-measured"),
        pytest.param(
            make_facts(dict.fromkeys(METRICS) | {"val_f1_per_class": {"Fuel": 0.5}}, feature_names=()),
            id="f1-alone",
        ),
        pytest.param(make_facts(size_bytes=0, feature_names=("bag_of_words",)), id="old-and-dropped"),
    ],
)
def test_card__missing_figures__reads_well(facts: VersionFacts) -> None:
    for before in (None, make_facts(), facts):
        card = card_of(facts, before)

        assert "None" not in text_of(card)
        assert "nan" not in text_of(card)
        for one in card.sections:
            assert one.sentences or one.facts or one.tables
            assert all(len(row) == len(table.columns) for table in one.tables for row in table.rows)


def test_card__nothing_was_measured__says_so() -> None:
    card = card_of(make_facts(metrics=dict.fromkeys(METRICS), gate={}))

    assert card.summary[1] == "It was not measured."
    assert section(card, "By category").tables[0].empty == "Nothing was measured by category."
    assert section(card, "Weak").sentences == ("Nothing was measured by category.",)


def test_card__figure_that_is_no_number__counts_as_not_measured() -> None:
    card = card_of(make_facts({"val_accuracy": float("nan")}))

    assert card.summary[1] == "It was not measured."
    assert "Accuracy" not in rows_of(card, "Figures")


def test_titles__are_those_of_the_conditions_that_are_judged() -> None:
    evaluation = Evaluation(**dict.fromkeys(Evaluation.__slots__, 0) | _empty())

    judged = judge(evaluation, classes=2, thresholds=GateThresholds())

    assert [one.name for one in judged.conditions] == list(TITLES)


def _empty() -> dict[str, Any]:
    nothing = {"per_class": {}, "reliability": (), "confused_pairs": (), "unseen_per_class": {}}
    return nothing | {"champion": None}
