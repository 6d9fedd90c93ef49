from datetime import date, timedelta

import pytest

from mlmodels.domain.split import split_by_day

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
