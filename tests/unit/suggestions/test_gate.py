"""What stands before the next step."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from suggestions.domain.ramp.criteria import Status
from suggestions.domain.ramp.gate import OpenHold, Standing, blockers, describe_left
from suggestions.domain.ramp.guardrails import Action
from suggestions.domain.ramp.policy import Policy
from tests.ramp_evidence import criterion, firing, seen

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STANDING = Standing(
    percentage=1_000,
    version=3,
    step_version=3,
    since=NOW - timedelta(days=4),
    was_lowered=False,
    champion_id=7,
    holds=(),
)
GREEN = seen(criterion(Status.GREEN)).evidence


def test_blockers__green_and_long_enough__none() -> None:
    assert blockers(GREEN, Policy(), STANDING, to=2_500, now=NOW) == []


@pytest.mark.parametrize(
    ("values", "to", "sentence"),
    [
        pytest.param(
            {"holds": (OpenHold("odd merchants", "olga"),)}, 2_500, "A hold by olga: odd merchants", id="hold"
        ),
        pytest.param(
            {"champion_id": None}, 2_500, "No version is champion: promote one first", id="champion"
        ),
        pytest.param({}, 2_501, "25.01 % is more than the next step: from 10 % it is 25 %", id="too far"),
        pytest.param(
            {"since": NOW - timedelta(hours=20)},
            2_500,
            "10 % lasts at least 72 hours; 3 days left",
            id="too early",
        ),
    ],
)
def test_blockers__each__is_a_sentence(values: dict[str, Any], to: int, sentence: str) -> None:
    assert blockers(GREEN, Policy(), replace(STANDING, **values), to=to, now=NOW) == [sentence]


@pytest.mark.parametrize("status", [Status.RED, Status.NO_DATA])
def test_blockers__criterion_that_is_not_green__is_named(status: Status) -> None:
    stands = blockers(seen(criterion(status)).evidence, Policy(), STANDING, to=2_500, now=NOW)

    assert stands == [f"Agreement holds: {status}, 86 % of 400"]


def test_blockers__guardrail_that_lowers__is_named_and_one_that_holds_is_not() -> None:
    lowering, holding = firing("burst").evidence, firing("ratio", action=Action.HOLD).evidence

    assert blockers(lowering, Policy(), STANDING, to=2_500, now=NOW) == [
        "The guardrail “No burst” fired: 7 of 50 failed"
    ]
    assert blockers(holding, Policy(), STANDING, to=2_500, now=NOW) == []


def test_blockers__several__are_all_named_and_a_hold_once() -> None:
    standing = replace(
        STANDING, champion_id=None, since=NOW, holds=(OpenHold("odd", "olga"), OpenHold("odder", "otto"))
    )
    evidence = seen(criterion(Status.RED), criterion(Status.RED, name="incidents", title="No hold")).evidence

    assert len(blockers(evidence, Policy(), standing, to=10_000, now=NOW)) == 6


def test_blockers__a_step_between_two__is_no_larger_than_the_next() -> None:
    assert blockers(GREEN, Policy(), STANDING, to=1_700, now=NOW) == []


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(seconds=1), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(minutes=61), "2 hours"),
        (timedelta(hours=48), "48 hours"),
        (timedelta(hours=49), "3 days"),
    ],
)
def test_describe_left__in_the_unit_that_fits(left: timedelta, text: str) -> None:
    assert describe_left(left) == text
