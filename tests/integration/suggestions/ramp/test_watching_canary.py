"""Guardrails lower and hold by themselves, once; the next step is taken only where the policy may."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from suggestions.domain.ramp.guardrails import Action
from suggestions.domain.ramp.judging import Evidence
from suggestions.domain.ramp.policy import Policy
from suggestions.models import RolloutChange, RolloutHold, RolloutProposal
from suggestions.ramp.canary import propose_canary
from suggestions.ramp.holds import lift_hold, place_hold
from suggestions.ramp.watching import Watched, _take_next, evaluate, guard
from suggestions.roles import Role
from suggestions.rollout import read_rollout, roll_back, set_blind_share, set_percentage
from suggestions.standing import read_standing
from tests.ramp_evidence import (
    GREEN,
    NO_DATA,
    RED,
    Seen,
    age_last_change,
    firing,
    set_policy,
    stand_at,
)
from tests.registry_rows import make_champion
from tests.staff import make_staff

pytestmark = pytest.mark.django_db

BURST = firing("error_burst")
RATIO = firing("sample_ratio", action=Action.HOLD)
BY_COMMAND: dict[str, Any] = {"by": None, "origin": RolloutChange.Origin.COMMAND}


def test_guard__a_guardrail_fires__lowers_at_once_holds_and_keeps_the_evidence() -> None:
    stand_at(2_500)

    guard(look=BURST)

    change = RolloutChange.objects.latest("version")
    hold = RolloutHold.objects.get()
    assert read_rollout().percentage == 0
    assert (change.origin, change.changed_by, change.reason) == (
        "guardrail",
        None,
        "No error_burst: 7 of 50 failed",
    )
    assert change.evidence == BURST.to_json() | {"guardrails_fired": ["error_burst"]}
    assert (hold.guardrail, hold.lifted_at, hold.evidence) == ("error_burst", None, BURST.to_json())


@pytest.mark.parametrize(("start", "to"), [(2_500, 1_000), (1_700, 1_000), (1_000, 0), (10_000, 5_000)])
def test_guard__where_the_policy_says_previous__lowers_to_the_step_below(start: int, to: int) -> None:
    set_policy(lowers_to="previous")
    stand_at(start)

    guard(look=BURST)

    assert read_rollout().percentage == to


def test_guard__fires_again_on_the_step_below__lowers_again() -> None:
    set_policy(lowers_to="previous")
    stand_at(2_500)

    guard(look=BURST)
    guard(look=BURST)
    guard(look=BURST)

    assert read_rollout().percentage == 0
    assert RolloutChange.objects.filter(origin="guardrail").count() == 2
    assert RolloutHold.objects.count() == 2


def test_guard__several_at_once__lower_once_and_each_holds() -> None:
    stand_at(2_500)

    guard(look=firing("error_burst", "latency"))

    assert RolloutChange.objects.filter(origin="guardrail").count() == 1
    assert set(RolloutHold.objects.values_list("guardrail", flat=True)) == {"error_burst", "latency"}


def test_guard__one_that_only_holds__leaves_the_percentage_and_holds_once() -> None:
    stand_at(2_500)

    guard(look=RATIO)
    guard(look=RATIO)

    assert read_rollout().percentage == 2_500
    assert RolloutHold.objects.get().guardrail == "sample_ratio"


def test_guard__after_its_hold_was_lifted__does_not_place_it_again_on_the_same_step() -> None:
    stand_at(2_500)
    guard(look=RATIO)
    lift_hold(RolloutHold.objects.get().pk, by=None, reason="a client was switched off", origin="command")

    set_blind_share(100, reason="a slice", **BY_COMMAND)
    guard(look=RATIO)
    held_on_this_step = RolloutHold.objects.filter(lifted_at=None).count()
    set_percentage(1_000, reason="less", **BY_COMMAND)
    guard(look=RATIO)

    assert held_on_this_step == 0
    assert RolloutHold.objects.filter(lifted_at=None).count() == 1


@pytest.mark.parametrize("look", [GREEN, RED, NO_DATA])
def test_guard__nothing_fired__does_nothing(look: Seen) -> None:
    version = stand_at(2_500)

    guard(look=look)

    assert read_rollout().version == version
    assert not RolloutHold.objects.exists()


def test_guard__at_zero__has_nothing_to_lower() -> None:
    version = stand_at(0)

    guard(look=BURST)

    assert read_rollout().version == version
    assert not RolloutHold.objects.exists()


def test_guard__switched_off_by_the_policy__does_nothing() -> None:
    set_policy(watches=False)
    stand_at(2_500)

    guard(look=BURST)

    assert read_rollout().percentage == 2_500


def test_guard__while_a_proposal_waits__lowers_and_closes_it() -> None:
    stand_at(2_500)
    alice = make_staff(Role.ADMIN)
    propose_canary(5_000, by=alice, reason="all green", origin=RolloutChange.Origin.ADMIN, look=GREEN)

    guard(look=BURST)

    proposal = RolloutProposal.objects.get()
    assert read_rollout().percentage == 0
    assert (proposal.status, proposal.decision_reason) == ("stale", "A guardrail lowered the canary to 0 %.")


@pytest.mark.django_db(transaction=True)
def test_guard__two_at_once_while_a_proposal_waits__lower_once() -> None:
    set_policy(lowers_to="previous")
    stand_at(2_500)
    alice = make_staff(Role.ADMIN)
    propose_canary(5_000, by=alice, reason="all green", origin=RolloutChange.Origin.ADMIN, look=GREEN)
    both_have_read = threading.Barrier(2)

    def look() -> Evidence:
        both_have_read.wait(timeout=20)
        return BURST()

    def one(_number: int) -> Watched:
        try:
            return guard(look=look)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        watched = list(pool.map(one, range(2)))

    assert [one.change is not None for one in watched].count(True) == 1
    assert read_rollout().percentage == 1_000
    assert RolloutHold.objects.count() == 1
    assert RolloutProposal.objects.get().status == "stale"


def test_guard__rolled_back_while_the_evidence_was_read__does_nothing_more() -> None:
    stand_at(2_500)

    def look() -> Evidence:
        roll_back(reason="complaints", **BY_COMMAND)
        return BURST()

    guard(look=look)

    assert RolloutChange.objects.latest("version").reason == "complaints"
    assert not RolloutHold.objects.exists()


def test_evaluate__automatic_and_green__takes_the_next_step_and_no_more() -> None:
    set_policy(is_automatic=True)
    stand_at(1_000)

    evaluate(look=GREEN)
    evaluate(look=GREEN)

    change = RolloutChange.objects.latest("version")
    assert read_rollout().percentage == 2_500  # the second stands before its dwell
    assert (change.origin, change.changed_by) == ("schedule", None)
    assert change.evidence == GREEN.to_json()


def test_guard__automatic_and_green__takes_no_step_as_it_only_guards() -> None:
    set_policy(is_automatic=True)
    version = stand_at(1_000)

    guard(look=GREEN)

    assert read_rollout().version == version


def not_automatic() -> None:
    set_policy(is_automatic=False)


def held() -> None:
    place_hold(by=None, reason="wait", origin="command")


def too_early() -> None:
    age_last_change(1)


def lowered() -> None:
    set_percentage(500, reason="complaints", **BY_COMMAND)
    age_last_change(30)


def a_proposal_waits() -> None:
    propose_canary(
        1_500, by=make_staff(Role.ADMIN), reason="half", origin=RolloutChange.Origin.ADMIN, look=GREEN
    )


@pytest.mark.parametrize("against", [not_automatic, held, too_early, lowered, a_proposal_waits])
def test_evaluate__something_against_it__takes_no_step(against: Any) -> None:
    set_policy(is_automatic=True)
    stand_at(1_000)
    against()
    version = read_rollout().version

    evaluate(look=GREEN)

    assert read_rollout().version == version


@pytest.mark.parametrize("look", [RED, NO_DATA, BURST, RATIO])
def test_evaluate__not_green_or_fired__takes_no_step(look: Seen) -> None:
    set_policy(is_automatic=True)
    stand_at(1_000)

    evaluate(look=look)

    assert read_rollout().percentage <= 1_000


def test_evaluate__fired_before_anybody_sees_the_model__takes_no_first_step() -> None:
    set_policy(is_automatic=True, began_at=Now() - timedelta(days=30))
    make_champion()

    evaluate(look=BURST)
    after_the_burst = read_rollout().percentage
    evaluate(look=GREEN)

    assert (after_the_burst, read_rollout().percentage) == (0, 1_000)


def test_evaluate__policy_that_asks_for_a_person_meanwhile__takes_no_step() -> None:
    set_policy(is_automatic=False, needs_second_person=True)
    version = stand_at(1_000)
    seen_before = Watched(GREEN.evidence, read_standing())

    change = _take_next(Policy(is_automatic=True), seen_before)

    assert (change, read_rollout().version) == (None, version)


def test_evaluate__at_the_top__has_nowhere_to_go() -> None:
    set_policy(is_automatic=True)
    version = stand_at(10_000)

    evaluate(look=GREEN)

    assert read_rollout().version == version
