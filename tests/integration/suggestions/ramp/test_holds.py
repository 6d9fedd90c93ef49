"""Holds are placed and lifted with a reason; none stands before a roll back."""

import pytest

from suggestions.models import RolloutChange, RolloutHold
from suggestions.ramp.holds import InvalidHold, lift_hold, place_hold
from suggestions.rollout import read_rollout, roll_back
from tests.ramp_evidence import set_policy, stand_at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("reason", ["", "  "])
def test_hold__without_a_reason__is_refused(reason: str) -> None:
    hold = place_hold(by=None, reason="wait", origin="command")

    with pytest.raises(InvalidHold, match="reason"):
        place_hold(by=None, reason=reason, origin="command")
    with pytest.raises(InvalidHold, match="reason"):
        lift_hold(hold.pk, by=None, reason=reason, origin="command")

    assert RolloutHold.objects.filter(lifted_at=None).count() == 1


def test_lift__a_hold_that_is_lifted_or_unknown__says_so() -> None:
    hold = place_hold(by=None, reason="wait", origin="command")
    lift_hold(hold.pk, by=None, reason="go on", origin="command")

    for number in (hold.pk, 999_999):
        with pytest.raises(InvalidHold, match=f"no open hold {number}"):
            lift_hold(number, by=None, reason="go on", origin="command")


def test_roll_back__held_and_proposed__needs_neither_gate_nor_second_person() -> None:
    set_policy(needs_second_person=True)
    stand_at(2_500)
    place_hold(by=None, reason="wait", origin="command")

    roll_back(by=None, reason="complaints", origin=RolloutChange.Origin.COMMAND)

    assert read_rollout().percentage == 0
