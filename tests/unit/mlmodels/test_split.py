from datetime import date, timedelta

import pytest

from mlmodels.domain.split import split_by_day, split_examples
from mlmodels.domain.types import Example

DAY = date(2026, 1, 1)


def days(*counts: int) -> list[date]:
    return [DAY + timedelta(days=number) for number, count in enumerate(counts) for _ in range(count)]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        pytest.param(days(*[1] * 10), 8, id="a-day-each"),
        pytest.param(days(7, 3), 7, id="moves-to-the-nearer-end-before"),
        pytest.param(days(5, 4, 1), 9, id="moves-to-the-nearer-end-after"),
        pytest.param(days(9, 1), 9, id="wanted-cut-inside-the-first-day"),
        pytest.param(days(1, 9), 1, id="wanted-cut-inside-the-last-day"),
        pytest.param(days(10), 8, id="one-day-only-is-split"),
        pytest.param(days(1, 1), 1, id="two"),
    ],
)
def test_split_by_day__dates__whole_days_where_possible(dates: list[date], expected: int) -> None:
    assert split_by_day(dates) == expected


@pytest.mark.parametrize("count", range(2, 60))
def test_split_by_day__any_length__neither_side_empty(count: int) -> None:
    for dates in (days(count), days(*[1] * count), days(1, count - 1), days(count - 1, 1)):
        assert 0 < split_by_day(dates) < count


def example(day: int, user_key: str) -> Example:
    return Example("SHOP", "", -1.0, "EUR", DAY + timedelta(days=day), user_key)


def test_split_examples__users_who_overlap__the_newest_fifth_of_all_is_held_out() -> None:
    split = split_examples([example(day, f"user {day % 2}") for day in range(20)])

    assert split.kind == "date"
    assert split.is_held_out.tolist() == [False] * 16 + [True] * 4


def test_split_examples__two_histories_of_different_years__the_newest_fifth_of_each_user_is_held_out() -> (
    None
):
    of_then = [example(day, "then") for day in range(80)]
    of_now = [example(1_000 + day, "now") for day in range(20)]

    split = split_examples(of_then + of_now)

    assert split.kind == "user"
    assert split.is_held_out.tolist() == [False] * 64 + [True] * 16 + [False] * 16 + [True] * 4


def test_split_examples__a_user_with_a_single_row__is_learned_from() -> None:
    split = split_examples([example(day, "then") for day in range(8)] + [example(99, "a"), example(99, "b")])

    assert split.kind == "user"
    assert split.is_held_out.tolist()[-2:] == [False, False]


def test_split_examples__a_user_for_every_row__stays_with_the_dates() -> None:
    split = split_examples([example(day, f"user {day}") for day in range(20)])

    assert split.kind == "date"
    assert split.is_held_out.sum() == 4
