from collections.abc import Sequence
from typing import Any

import pytest

from suggestions.domain.rules.engine import RuleEngine, RuleSpec
from suggestions.domain.rules.trial import EXAMPLES, SHOWN, Trial, TrialChange, TrialRow, try_on
from tests.rule_specs import make_input, make_spec

COFFEE = "TIM HORTONS #4411"
FUEL = "CITY FUEL 12"


def make_row(description: str = COFFEE, known: str = "", withdrawn: Sequence[str] = ()) -> TrialRow:
    return TrialRow(make_input(description), known, frozenset(withdrawn))


def trial_of(
    rows: Sequence[TrialRow], rule: RuleSpec, others: Sequence[RuleSpec] = (), **options: Any
) -> Trial:
    return try_on(rows, RuleEngine(others), rule, **{"replaces": None, "is_active": True} | options)


NEW = make_spec(id=99)


def test_trial__matches__counted_with_each_description_once() -> None:
    trial = trial_of([make_row(), make_row(), make_row(FUEL)], NEW)

    assert (trial.looked_at, trial.matched, trial.examples) == (3, 2, (COFFEE,))


def test_trial__many_descriptions__shows_a_few() -> None:
    trial = trial_of([make_row(f"TIM HORTONS {number}") for number in range(20)], NEW)

    assert len(trial.examples) == EXAMPLES


def test_trial__precision__over_the_known_among_the_matched() -> None:
    rows = [make_row(known="Restaurants"), make_row(known="Fuel"), make_row(), make_row(FUEL, known="Fuel")]

    trial = trial_of(rows, NEW)

    assert (trial.known, trial.right) == (2, 1)
    assert trial.precision.startswith("1 of 2, 50 % (95 % sure: 9 to 91 %)")


def test_trial__nothing_known__is_right_on_no_rows() -> None:
    assert trial_of([make_row()], make_spec(category="x")).precision == "no rows"


def test_trial__new_rule__changes_from_nothing_and_from_another() -> None:
    other = make_spec(id=1, pattern="tim", category="Coffee")
    rows = [make_row(known="Restaurants"), make_row("TIM HORTONS 2", known="Coffee"), make_row(FUEL)]

    trial = trial_of(rows, NEW, [other])

    assert trial.changes == (TrialChange("Coffee", "Restaurants", 2),)
    assert (trial.changed, trial.mended, trial.spoiled) == (2, 1, 1)
    assert trial_of([make_row()], NEW).changes == (TrialChange("", "Restaurants", 1),)


def test_trial__rule_that_loses__conflicts_and_changes_nothing() -> None:
    other = make_spec(id=1, category="Coffee", priority=1)

    trial = trial_of([make_row(), make_row(FUEL)], NEW, [other])

    (conflict,) = trial.conflicts
    assert (conflict.rule, conflict.count, conflict.is_won) == (other, 1, False)
    assert (trial.matched, trial.changed) == (1, 0)


def test_trial__equal_rules__the_older_one_comes_first() -> None:
    (conflict,) = trial_of([make_row()], NEW, [make_spec(id=1, category="Coffee")]).conflicts

    assert not conflict.is_won


def test_trial__rule_that_wins__says_so() -> None:
    (conflict,) = trial_of([make_row()], NEW, [make_spec(id=1, pattern="tim", category="Coffee")]).conflicts

    assert conflict.is_won


def test_trial__same_category__is_no_conflict() -> None:
    trial = trial_of([make_row()], NEW, [make_spec(id=1, pattern="tim")])

    assert (trial.conflicts, trial.changed) == ((), 0)


def test_trial__in_the_place_of_a_saved_rule__that_one_is_gone() -> None:
    saved = make_spec(id=7, pattern="tim hortons", category="Coffee")
    edited = make_spec(id=7, pattern="fuel", category="Fuel")

    trial = trial_of([make_row(), make_row(FUEL)], edited, [saved], replaces=7)

    assert set(trial.changes) == {TrialChange("Coffee", "", 1), TrialChange("", "Fuel", 1)}
    assert trial.conflicts == ()


def test_trial__saved_for_other_transactions__what_would_change_there_is_counted_and_nothing_else() -> None:
    saved = make_spec(id=7, client_id=1)
    moved = make_spec(id=7, client_id=2)
    before = [make_row(known="Restaurants"), make_row(), make_row(FUEL)]

    trial = trial_of([], moved, [saved], replaces=7, rows_before=before)

    assert trial.changes == (TrialChange("Restaurants", "", 2),)
    assert (trial.looked_at, trial.looked_at_before, trial.matched, trial.spoiled) == (0, 3, 0, 1)


def test_trial__further_rows_that_it_matches_too__are_no_matches() -> None:
    trial = trial_of([make_row(FUEL)], NEW, rows_before=[make_row()])

    assert (trial.matched, trial.looked_at, trial.examples) == (0, 1, ())


def test_trial__pattern_that_no_rule_may_have__says_why_it_matches_nothing() -> None:
    trial = trial_of([make_row()], make_spec(kind="re2", pattern="(tim"))

    assert trial.refusal.startswith("RE2 refuses the pattern")
    assert trial_of([make_row()], NEW).refusal == ""


@pytest.mark.parametrize("withdrawn", ["Coffee", "Restaurants"])
def test_trial__either_category_withdrawn__is_no_conflict(withdrawn: str) -> None:
    other = make_spec(id=1, priority=9, category="Coffee")

    assert trial_of([make_row(withdrawn=[withdrawn])], NEW, [other]).conflicts == ()


def test_trial__made_inactive__matches_and_takes_its_suggestions_away() -> None:
    saved = make_spec(id=7)

    trial = trial_of([make_row(known="Restaurants")], saved, [saved], replaces=7, is_active=False)

    assert (trial.matched, trial.changes) == (1, (TrialChange("Restaurants", "", 1),))
    assert (trial.mended, trial.spoiled) == (0, 1)


def test_trial__withdrawn_category__is_suggested_by_no_rule() -> None:
    other = make_spec(id=1, priority=-1, category="Coffee")

    trial = trial_of([make_row(withdrawn=["Restaurants"])], NEW, [other])

    assert trial.changed == 0


def test_trial__many_changes__the_most_frequent_and_all_of_them_counted() -> None:
    others = [make_spec(id=number, pattern=f"x{number}", category=str(number)) for number in range(20)]
    rows = [make_row(f"TIM HORTONS x{number}") for number in range(20)] + [make_row("TIM HORTONS x3")]

    trial = trial_of(rows, NEW, others)

    assert (trial.changed, len(trial.changes), len(trial.conflicts)) == (21, SHOWN, SHOWN)
    assert trial.changes[0] == TrialChange("3", "Restaurants", 2)


def test_trial__weak_word__warns() -> None:
    assert trial_of([], make_spec(pattern="store")).warnings
    assert not trial_of([], NEW).warnings
