from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bench.replay import replay
from tests.labelled_days import Diary, rows_on


@given(days=st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_replay__any_days__each_row_is_asked_with_the_labels_up_to_the_day_before(days: list[int]) -> None:
    rows = rows_on(days)
    diary = Diary()

    replay(diary, rows)

    assert [row.example for row, _ in diary.asked] == [row.example for row in rows]
    for asked, known in diary.asked:
        yesterday = asked.example.date - timedelta(days=1)
        assert known == [row for row in rows if row.example.date <= yesterday]


def test_replay__any_row__asked_without_its_category() -> None:
    diary = Diary()

    replay(diary, rows_on([1, 2]))

    assert [row.category for row, _ in diary.asked] == ["", ""]


def test_replay__labels_of_a_day__answer_the_next_day_and_not_their_own() -> None:
    answers = replay(Diary(), [*rows_on([1, 1], "Fuel"), *rows_on([2], "Travel"), *rows_on([3])])

    assert [[one.category for one in ranked] for ranked in answers] == [[], [], ["Fuel"], ["Travel"]]


def test_replay__progress__ends_at_one() -> None:
    shares: list[float] = []

    replay(Diary(), rows_on([1, 1, 2, 4]), shares.append)

    assert shares == [0.5, 0.75, 1.0]
