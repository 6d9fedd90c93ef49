from datetime import date, timedelta

import pytest

from mlmodels.domain.evaluation.split import FIRST, HELD_OUT, SECOND, Phases, split_by_day, split_phases
from mlmodels.domain.table import read_table
from mlmodels.domain.types import LabelledExample
from tests.examples import make_labelled

DAY = date(2026, 1, 1)


def days(*counts: int) -> list[int]:
    return [number for number, count in enumerate(counts) for _ in range(count)]


@pytest.mark.parametrize(
    ("given", "expected"),
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
def test_split_by_day__days__whole_days_where_possible(given: list[int], expected: int) -> None:
    assert split_by_day(given, 0.8) == expected


@pytest.mark.parametrize("count", range(2, 60))
def test_split_by_day__any_length__neither_side_empty(count: int) -> None:
    for given in (days(count), days(*[1] * count), days(1, count - 1), days(count - 1, 1)):
        assert 0 < split_by_day(given, 0.8) < count


def labelled(day: int, user: str, client: str = "1") -> LabelledExample:
    key = f"{client}:{user}" if user else ""
    return make_labelled("Fuel", date=DAY + timedelta(days=day), user_key=key, client_key=client)


def split(*rows: LabelledExample) -> Phases:
    return split_phases(read_table(rows))


def test_split_phases__users_who_overlap__half_three_tenths_and_the_newest_fifth() -> None:
    phases = split(*(labelled(day, f"user {day % 2}") for day in range(20)))

    assert phases.kind == "client"
    assert phases.phase.tolist() == [FIRST] * 10 + [SECOND] * 6 + [HELD_OUT] * 4
    assert phases.known_until.tolist() == [0] * 10 + [10] * 6 + [16] * 4


def test_split_phases__two_clients_of_different_years__each_history_is_cut() -> None:
    phases = split(
        *(labelled(day, "a", "then") for day in range(20)),
        *(labelled(900 + day, "b", "now") for day in range(10)),
    )

    assert phases.kind == "client"
    assert phases.rows(HELD_OUT).tolist() == [16, 17, 18, 19, 28, 29]
    assert phases.known_until[28:].tolist() == [28, 28]


def test_split_phases__two_users_of_different_years_in_one_client__each_users_history_is_cut() -> None:
    phases = split(
        *(labelled(day, "then") for day in range(80)), *(labelled(900 + day, "now") for day in range(20))
    )

    assert phases.kind == "user"
    assert phases.rows(HELD_OUT).tolist() == [*range(64, 80), *range(96, 100)]


def test_split_phases__a_user_for_every_row__stays_with_the_client() -> None:
    phases = split(*(labelled(day, f"user {day}") for day in range(20)))

    assert phases.kind == "client"
    assert (phases.phase == HELD_OUT).sum() == 4


def test_split_phases__a_user_with_a_single_row__is_learned_from() -> None:
    phases = split(*(labelled(day, "then") for day in range(8)), labelled(99, "a"), labelled(99, "b"))

    assert phases.phase.tolist()[-2:] == [FIRST, FIRST]
