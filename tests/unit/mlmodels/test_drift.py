"""Drift: a steady world raises no alarm, a moved one raises it within a stated number of rows."""

import random
from collections import Counter
from collections.abc import Iterator
from math import log10
from statistics import median

import pytest

from mlmodels.domain.drift import LARGE_PSI, Reading, read_mix, read_outcomes

HELD_OUT = 10_000
CATEGORIES = [f"category {number}" for number in range(20)]
OFTEN_AND_RARE = [1 / (number + 1) for number in range(20)]


def outcomes_of(chance: random.Random, *stretches: tuple[float, int]) -> Iterator[bool]:
    for accuracy, labels in stretches:
        yield from (chance.random() < accuracy for _ in range(labels))


def read(chance: random.Random, *stretches: tuple[float, int], accuracy: float = 0.9) -> Reading:
    return read_outcomes(
        outcomes_of(chance, *stretches), accuracy=accuracy, held_out=HELD_OUT, tolerance=0.02
    )


def drawn(chance: random.Random, rows: int, weights: list[float] = OFTEN_AND_RARE) -> Counter[str]:
    return Counter(chance.choices(CATEGORIES, weights, k=rows))


def labels_until_alarm(chance: random.Random, before: int) -> int:
    outcomes = list(outcomes_of(chance, (0.9, before), (0.8, 2_000)))
    lowest, highest = before, len(outcomes)
    while lowest < highest:  # the largest evidence so far only grows
        middle = (lowest + highest) // 2
        found = read_outcomes(outcomes[:middle], accuracy=0.9, held_out=HELD_OUT, tolerance=0.02)
        lowest, highest = (lowest, middle) if found.is_drift else (middle + 1, highest)
    return lowest - before


def test_read_outcomes__steady_model_looked_at_after_every_label__no_false_alarm_in_a_hundred() -> None:
    chance = random.Random(1)

    alarms = sum(read(chance, (0.9, 2_000)).is_drift for _ in range(100))

    assert alarms == 0


def test_read_outcomes__accuracy_at_the_very_edge_of_the_promise__at_most_one_in_twenty() -> None:
    chance = random.Random(2)
    edge = 0.9 - 0.02 - 1.645 * (0.9 * 0.1 / HELD_OUT) ** 0.5

    alarms = sum(read(chance, (edge, 2_000)).is_drift for _ in range(100))

    assert alarms <= 9  # 5 expected at most; more than 9 has a probability of 0.03


@pytest.mark.parametrize(
    ("before", "within"),
    [pytest.param(0, 200, id="from the start"), pytest.param(1_000, 600, id="after a thousand good ones")],
)
def test_read_outcomes__ten_points_lost__found_within_so_many_labels(before: int, within: int) -> None:
    chance = random.Random(3)

    delays = [labels_until_alarm(chance, before) for _ in range(15)]

    assert median(delays) <= within
    assert max(delays) < 2_000


def test_read_outcomes__better_than_promised__stays_silent() -> None:
    assert not read(random.Random(4), (0.99, 5_000)).is_drift


def test_read_outcomes__once_found__stays_found() -> None:
    assert read(random.Random(5), (0.5, 300), (0.99, 3_000)).is_drift


@pytest.mark.parametrize(
    ("accuracy", "held_out"),
    [pytest.param(0.0, 0, id="never measured"), pytest.param(0.5, 3, id="measured on three rows")],
)
def test_read_outcomes__hold_out_that_promises_nothing__no_drift(accuracy: float, held_out: int) -> None:
    reading = read_outcomes([False] * 500, accuracy=accuracy, held_out=held_out, tolerance=0.02)

    assert (reading.is_drift, reading.value) == (False, 0.0)


def test_read_outcomes__nothing_came_in__says_so() -> None:
    reading = read_outcomes([], accuracy=0.9, held_out=HELD_OUT, tolerance=0.02)

    assert (reading.rows, reading.value, reading.limit) == (0, 0.0, pytest.approx(log10(20)))
    assert reading.detail.startswith("no label yet")


def test_read_outcomes__perfect_hold_out__one_error_is_no_drift() -> None:
    assert not read(random.Random(6), (0.99, 500), accuracy=1.0).is_drift


@pytest.mark.parametrize("rows_a_day", [5, 100])
def test_read_mix__steady_world_looked_at_daily__at_most_one_false_alarm_in_forty_months(
    rows_a_day: int,
) -> None:
    chance = random.Random(7)

    alarms = 0
    for _ in range(40):
        before = drawn(chance, 91 * rows_a_day)
        days = [drawn(chance, rows_a_day) for _ in range(7 + 28)]
        weeks = [sum(days[day - 7 : day], Counter()) for day in range(7, len(days))]
        alarms += any(read_mix("categories", before, week, measures=3).is_drift for week in weeks)

    assert alarms <= 1


def test_read_mix__other_categories_than_before__found_within_a_week() -> None:
    chance = random.Random(8)
    moved = OFTEN_AND_RARE[10:] + OFTEN_AND_RARE[:10]

    reading = read_mix("categories", drawn(chance, 9_100), drawn(chance, 350, moved), measures=3)

    assert reading.is_drift
    assert "most changed: category" in reading.detail


def test_read_mix__large_index_on_few_rows__may_be_chance() -> None:
    before, lately = {"a": 500, "b": 500}, {"a": 11, "b": 2}

    reading = read_mix("categories", before, lately, measures=3)

    assert reading.value > LARGE_PSI
    assert not reading.is_drift


def test_read_mix__small_index_on_many_rows__is_too_little_to_matter() -> None:
    before, lately = {"a": 500_000, "b": 500_000}, {"a": 520_000, "b": 480_000}

    assert not read_mix("categories", before, lately, measures=3).is_drift


@pytest.mark.parametrize(
    ("before", "lately"),
    [
        pytest.param({}, {"a": 100, "b": 100}, id="nothing before"),
        pytest.param({"a": 100, "b": 100}, {}, id="nothing lately"),
        pytest.param({"a": 100}, {"a": 100}, id="one bin"),
        pytest.param({}, {}, id="nothing"),
    ],
)
def test_read_mix__nothing_to_compare__no_drift(before: dict[str, int], lately: dict[str, int]) -> None:
    assert not read_mix("categories", before, lately, measures=3).is_drift


def test_read_mix__category_that_was_not_there__found() -> None:
    reading = read_mix("categories", {"a": 900, "b": 100}, {"a": 500, "new": 500}, measures=3)

    assert reading.is_drift
    assert "new, 0.0 % before, 50.0 % now" in reading.detail
