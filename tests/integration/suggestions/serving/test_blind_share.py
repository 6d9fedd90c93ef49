"""The share of the blind slice: who may change it to what, and where it is recorded."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEntry
from suggestions.models import RolloutChange
from suggestions.rollout import (
    InvalidChange,
    RolloutConflict,
    read_rollout,
    roll_back,
    set_blind_share,
    set_percentage,
)
from tests.audit_rows import break_log, mend_log
from tests.builders import set_blind

pytestmark = pytest.mark.django_db

BY_COMMAND: dict[str, Any] = {"by": None, "origin": RolloutChange.Origin.COMMAND}


def test_set_blind_share__each_change__is_logged_and_leaves_the_percentage() -> None:
    set_percentage(1_000, reason="first step", **BY_COMMAND)
    set_blind_share(150, reason="what users choose by themselves", **BY_COMMAND)
    set_percentage(2_500, reason="second step", **BY_COMMAND)

    state = read_rollout()
    assert (state.percentage, state.blind_share, state.version) == (2_500, 150, 3)
    assert [str(change) for change in RolloutChange.objects.order_by("version")] == [
        "0 % → 10 %",
        "blind 0 % → 1.5 %",
        "10 % → 25 %",
    ]


def test_roll_back__with_a_blind_slice__ends_it_too() -> None:
    set_percentage(1_000, reason="first step", **BY_COMMAND)
    set_blind_share(100, reason="a look", **BY_COMMAND)

    change = roll_back(reason="complaints", **BY_COMMAND)

    assert (read_rollout().percentage, read_rollout().blind_share) == (0, 0)
    assert str(change) == "10 % → 0 %, blind 1 % → 0 %"


@pytest.mark.parametrize(("share", "reason"), [(-1, "x"), (2_001, "x"), (100, " ")])
def test_set_blind_share__out_of_range_or_without_reason__is_refused(share: int, reason: str) -> None:
    with pytest.raises(InvalidChange):
        set_blind_share(share, reason=reason, **BY_COMMAND)

    assert not RolloutChange.objects.exists()


def test_set_blind_share__on_an_outdated_version__is_refused_and_tells_what_happened() -> None:
    set_blind_share(100, reason="first", expected_version=0, **BY_COMMAND)

    with pytest.raises(RolloutConflict, match=r"0 %, blind 1 %.*first"):
        set_blind_share(200, reason="second", expected_version=0, **BY_COMMAND)

    assert read_rollout().blind_share == 100


@pytest.mark.parametrize("share", [-1, 2_001, None])
def test_database__blind_share_out_of_range__is_refused_by_the_table_itself(share: int | None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE suggestions_rollout SET blind_share = %s", [share])


def test_command__blind__sets_the_share_and_shows_it() -> None:
    out = StringIO()

    call_command("rollout", "blind", "1%", "--reason", "a look", stdout=out)
    call_command("rollout", "show", stdout=out)

    assert "Nothing is shown for 1 % of transactions (version 1)" in out.getvalue()
    assert "1 % of transactions without a suggestion" in out.getvalue()
    assert read_rollout().blind_share == 100


@pytest.mark.parametrize(
    ("share", "says"),
    [
        pytest.param("21%", "between 0 % and 20 %", id="too much"),
        pytest.param("1", "between 0 % and 20 %", id="the old word for everybody"),
        pytest.param("little", "such as 10%", id="nonsense"),
    ],
)
def test_command__blind_to_what_is_no_share__is_refused(share: str, says: str) -> None:
    set_blind(50)

    with pytest.raises(CommandError, match=says):
        call_command("rollout", "blind", share, "--reason", "x")

    assert (read_rollout().version, read_rollout().blind_share) == (0, 50)


def test_set_blind_share__a_change__stands_in_the_audit_log() -> None:
    set_blind_share(150, reason="a look", **BY_COMMAND)
    roll_back(reason="complaints", **BY_COMMAND)

    raised, ended = AuditEntry.objects.order_by("sequence")
    assert raised.before == {"percentage": 0.0, "version": 0, "blind_share": 0.0}
    assert raised.after == {"percentage": 0.0, "version": 1, "blind_share": 1.5}
    assert ended.after == {"percentage": 0.0, "version": 2, "blind_share": 0.0}


def test_set_blind_share__raise_that_cannot_be_logged__is_refused_and_the_way_down_is_not() -> None:
    set_blind(100)
    break_log()

    with pytest.raises(InvalidChange, match="cannot be written"):
        set_blind_share(200, reason="more", **BY_COMMAND)
    set_blind_share(50, reason="less", **BY_COMMAND)

    mend_log()
    assert read_rollout().blind_share == 50
