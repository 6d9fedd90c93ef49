import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.cuts import NothingToMeasure, cut_between_days, cut_history
from tests.labelled_days import rows_on

days = st.lists(st.integers(0, 30), min_size=3, max_size=60).filter(lambda days: len(set(days)) >= 3)


@given(days=days, share=st.floats(0.05, 0.5))
def test_cut_history__any_days__no_day_in_two_parts_and_no_row_lost(days: list[int], share: float) -> None:
    rows = rows_on(days)

    try:
        cut = cut_history(rows, share)
    except NothingToMeasure:
        # The test took all days but one: nothing is left to rehearse on.
        return

    early, late, test = ([row.example.date for row in part] for part in (cut.early, cut.late, cut.test))
    assert early
    assert max(early) < min(late)
    assert max(late) < min(test)
    assert [*cut.train, *cut.test] == rows


def test_cut_between_days__a_hundred_days__the_share_asked_for() -> None:
    older, newer = cut_between_days(rows_on(range(100)), 0.2)

    assert (len(older), len(newer)) == (80, 20)


def test_cut_between_days__a_busy_day_at_the_cut__goes_to_the_nearer_side() -> None:
    older, newer = cut_between_days(rows_on([0] * 60 + [1] * 30 + [2] * 10), 0.2)

    assert (len(older), len(newer)) == (90, 10)


def test_cut_between_days__one_day__nothing_to_measure() -> None:
    with pytest.raises(NothingToMeasure, match="two days"):
        cut_between_days(rows_on([5] * 10), 0.2)
