from datetime import date, timedelta

import pytest

from bench.contender import Entry, Row
from bench.cuts import NothingToMeasure
from bench.entries import entry_named
from bench.history import History
from bench.lookups import MerchantLookup
from bench.newcomers import FOLLOWING, KNOWN, hold_out_tenants, measure_newcomers
from tests.examples import make_labelled

ENOUGH = KNOWN[-1] + FOLLOWING


def history_of(**rows: int) -> History:
    made = [
        (
            day,
            user,
            make_labelled(
                f"{user} {day % 2}",
                description=f"SHOP {'AB'[day % 2]}",
                user_key=user,
                date=date(2024, 1, 1) + timedelta(days=day),
            ),
        )
        for user, count in rows.items()
        for day in range(count)
    ]
    made.sort(key=lambda one: one[0])
    return History([row for _, _, row in made], [user for _, user, _ in made], refused=0, unlabelled=0)


def users_of(rows: list[Row]) -> set[str]:
    return {row.example.user_key for row in rows}


def test_hold_out_tenants__some_have_enough__only_those_and_no_row_of_them_among_the_others() -> None:
    held_out = hold_out_tenants(history_of(anna=ENOUGH, bert=ENOUGH - 1, carl=ENOUGH), 2)

    assert [users_of(rows) for rows in held_out.tenants] == [{"anna"}, {"carl"}]
    assert users_of(held_out.others) == {"bert"}


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param({"anna": ENOUGH - 1, "bert": 5}, id="too-few-rows"),
        pytest.param({"anna": ENOUGH}, id="alone"),
    ],
)
def test_hold_out_tenants__impossible__said(rows: dict[str, int]) -> None:
    with pytest.raises(NothingToMeasure):
        hold_out_tenants(history_of(**rows), 1)


def test_measure_newcomers__learns_in_service__right_once_own_labels_are_known() -> None:
    held_out = hold_out_tenants(history_of(anna=ENOUGH, bert=20), 1)
    entry = Entry("lookup", "lookup", lambda size: {"": MerchantLookup})

    [line] = measure_newcomers(entry, held_out, lambda stage: None)

    assert line.by_known == (0.0, 1.0, 1.0, 1.0)


def test_measure_newcomers__linear_model__alone_with_memory_and_mixed() -> None:
    held_out = hold_out_tenants(history_of(anna=ENOUGH, bert=20), 1)

    own, alone, behind, mixed = measure_newcomers(entry_named("svc"), held_out, lambda stage: None)

    assert own.by_known == (0.0, 1.0, 1.0, 1.0)
    assert alone.by_known == (0.0, 0.0, 0.0, 0.0)
    assert behind.by_known == (0.0, 1.0, 1.0, 1.0)
    assert mixed.by_known == (0.0, 1.0, 1.0, 1.0)
