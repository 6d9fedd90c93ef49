from collections.abc import Callable, Sequence

import pytest

from bench.contender import Answers, Contender, Entry, Row
from bench.cuts import Cut
from bench.measuring import Outcome, accuracy, measure
from mlmodels.domain.types import Prediction
from tests.examples import make_labelled
from tests.labelled_days import Diary, rows_on

CUT = Cut(rows_on(range(8), "Fuel"), rows_on(range(8, 10), "Fuel"), rows_on(range(10, 14), "Fuel"))


class Always(Diary):
    """Answers one category to everything."""

    def __init__(self, category: str, confidence: float = 0.9) -> None:
        super().__init__()
        self._answer = Prediction(category, confidence)

    def answer(self, rows: Sequence[Row]) -> Answers:
        super().answer(rows)
        return [[self._answer] for _ in rows]


def measured(cut: Cut, *, has_schemes: bool = False, **variants: Callable[[], Contender]) -> Outcome:
    entry = Entry("name", "title", lambda size: variants, has_schemes)
    return measure(entry, cut, cut.truth(), lambda stage: None)


def test_measure__several_variants__the_best_on_the_test_rows() -> None:
    cut = Cut(CUT.early, rows_on([8, 9], "Travel"), CUT.test)

    outcome = measured(cut, poor=lambda: Always("Travel"), good=lambda: Always("Fuel"))

    assert (outcome.title, outcome.variant) == ("title", "good")
    assert outcome.frozen.evaluation.accuracy == 1.0


def test_measure__one_variant__not_asked_about_the_test_before_it_is_fitted_on_all_older_rows() -> None:
    diary = Diary()

    measured(CUT, only=lambda: diary)

    tested = {row.example for row in CUT.test}
    assert all(len(known) >= len(CUT.train) for row, known in diary.asked if row.example in tested)


def test_measure__frozen_before_online__labels_of_the_test_reach_only_the_latter() -> None:
    cut = Cut(CUT.early, CUT.late, rows_on(range(10, 14), "Travel"))

    outcome = measured(cut, only=Diary)

    assert outcome.frozen.evaluation.accuracy == 0.0
    assert outcome.online.evaluation.accuracy == 0.75


def test_measure__size__is_rows_times_categories() -> None:
    sizes: list[int] = []

    def variants(size: int) -> dict[str, Callable[[], Contender]]:
        sizes.append(size)
        return {"": Diary}

    measure(
        Entry("name", "title", variants),
        Cut(CUT.early, rows_on([8, 9], "Travel"), CUT.test),
        CUT.truth(),
        lambda stage: None,
    )

    assert sizes == [20]


@pytest.mark.parametrize(
    ("late", "coverage", "precision"),
    [
        pytest.param("Fuel", 1.0, 1.0, id="right-in-the-rehearsal"),
        pytest.param("Travel", 0.0, None, id="wrong-in-the-rehearsal"),
    ],
)
def test_measure__threshold__promised_in_the_rehearsal_alone(
    late: str, coverage: float, precision: float | None
) -> None:
    outcome = measured(Cut(CUT.early, rows_on([8, 9], late), CUT.test), only=lambda: Always("Fuel", 0.7))

    assert (outcome.frozen.coverage, outcome.frozen.precision) == (coverage, precision)
    assert (outcome.online.coverage, outcome.online.precision) == (coverage, precision)


def test_measure__schemes__the_memory_that_is_best_online() -> None:
    def bought(day: int) -> Row:
        [row] = rows_on([day])
        return make_labelled(
            f"category {day % 2}", description=f"SHOP {'AB'[day % 2]}", date=row.example.date
        )

    rows = [bought(day) for day in range(20)]
    cut = Cut(rows[:8], rows[8:10], rows[10:])

    outcome = measured(cut, has_schemes=True, only=lambda: Always("category 0"))

    assert outcome.frozen.scheme == ""
    assert outcome.frozen.evaluation.accuracy == 0.5
    assert outcome.online.scheme == "user × merchant, last"
    assert outcome.online.evaluation.accuracy == 1.0


def test_measure__any_contender__costs_something() -> None:
    cost = measured(CUT, only=Diary).cost

    assert cost.wall_seconds > 0
    assert cost.peak_bytes > 10e6
    assert cost.microseconds_a_row > 0


def test_accuracy__wrong_right_silent__share_of_all() -> None:
    answers = [[Prediction("Travel", 0.9), Prediction("Fuel", 0.1)], [Prediction("Fuel", 0.9)], []]

    assert accuracy(answers, rows_on([1, 2, 3])) == pytest.approx(1 / 3)
    assert accuracy([], []) == 0.0
