from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlmodels.domain.history import MERCHANT, PAIR, USER, FoundLabels, History, KnownLabels, past_labels
from mlmodels.domain.table import Table, read_table
from mlmodels.domain.types import LabelledExample
from tests.examples import make_labelled

DAY = date(2026, 1, 1)
MERCHANTS = ("SUSHI BAR", "CITY FUEL", "")
Drawn = list[tuple[int, int, int, int]]
rows = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 2), st.integers(0, 2), st.integers(0, 3)), max_size=40
)


def labelled(day: int, merchant: int, user: int, category: int) -> LabelledExample:
    return make_labelled(
        f"c{category}",
        description=MERCHANTS[merchant],
        user_key=f"1:{user}" if user else "",
        date=DAY + timedelta(days=day),
    )


def table_of(drawn: Drawn) -> Table:
    return read_table(labelled(*row) for row in sorted(drawn, key=lambda row: row[0]))


@settings(max_examples=60)
@given(rows)
def test_windows__any_history__the_newest_labels_of_earlier_days(
    drawn: list[tuple[int, int, int, int]],
) -> None:
    table = table_of(drawn)
    ordered = sorted(drawn, key=lambda row: row[0])
    past = past_labels(table.keys(), table.days, table.categories.codes, table.amounts)
    everything = np.arange(len(table))

    windows = past.windows(everything, np.full(len(table), len(table)))

    for number, (day, merchant, user, _) in enumerate(ordered):
        earlier = [at for at in range(len(ordered)) if ordered[at][0] < day]
        alike = {
            PAIR: [
                at for at in earlier if ordered[at][1:3] == (merchant, user) and user and MERCHANTS[merchant]
            ],
            MERCHANT: [at for at in earlier if ordered[at][1] == merchant and MERCHANTS[merchant]],
            USER: [at for at in earlier if ordered[at][2] == user and user],
        }
        for scope, expected in alike.items():
            window = windows[scope.name]
            assert window.source[window.row == number].tolist() == expected[::-1][: scope.size]


def test_windows__learning_stopped__nothing_from_there_on() -> None:
    table = table_of([(day, 0, 1, day % 2) for day in range(7)])
    past = past_labels(table.keys(), table.days, table.categories.codes, table.amounts)

    window = past.windows(np.array([6]), np.array([3]))[PAIR.name]

    assert window.source.tolist() == [2, 1, 0]


def test_keys__rows_without_user_or_merchant__have_nothing_in_common() -> None:
    keys = table_of([(0, 2, 1, 0), (0, 0, 0, 0), (0, 0, 1, 0)]).keys()

    assert (keys.pair == 0).tolist() == [True, True, False]
    assert (keys.merchant == 0).tolist() == [True, False, False]
    assert (keys.user == 0).tolist() == [False, True, False]


def test_history_window__own_label_among_them__left_out_and_the_next_takes_its_place() -> None:
    labels = KnownLabels(
        ids=list(range(11)),
        categories=["a"] * 11,
        days=list(range(11)),
        amounts=[0.0] * 11,
        texts=[],
        memos=[],
    )
    found = {PAIR.name: FoundLabels([labels], np.array([0, -1, 0]))}
    history = History(np.array([4, 0, 99]), found, ["", "", ""])

    window = history.window(PAIR, {"a": 0})

    assert window.source[window.row == 0].tolist() == [0, 1, 2, 3, 5, 6, 7, 8, 9, 10]
    assert window.source[window.row == 2].tolist() == list(range(10))
    assert window.age.tolist() == [*range(10), *range(10)]


def test_read_table__out_of_order__oldest_first_with_weights_of_mean_one() -> None:
    table = read_table(
        [
            make_labelled("b", weight=0.9, date=DAY),
            make_labelled("a", weight=0.3, date=DAY - timedelta(days=1)),
        ]
    )

    assert [table.categories.values[code] for code in table.categories.codes] == ["a", "b"]
    assert table.weights.tolist() == pytest.approx([0.5, 1.5])
