"""The policy of the ramp: steps, dwell, and what contradicts itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from suggestions.domain.ramp.policy import LowersTo, Policy, contradictions

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("percentage", "before", "after"),
    [
        pytest.param(0, 0, 1_000, id="shadow"),
        pytest.param(1, 0, 1_000, id="between"),
        pytest.param(1_000, 0, 2_500, id="first step"),
        pytest.param(2_501, 2_500, 5_000, id="just above a step"),
        pytest.param(10_000, 5_000, None, id="top"),
    ],
)
def test_steps__from_anywhere__lead_to_the_neighbours(
    percentage: int, before: int, after: int | None
) -> None:
    policy = Policy()

    assert (policy.previous_step(percentage), policy.next_step(percentage)) == (before, after)


@pytest.mark.parametrize(("lowers_to", "to"), [(LowersTo.ZERO, 0), (LowersTo.PREVIOUS, 1_000)])
def test_lowered__as_the_policy_says(lowers_to: LowersTo, to: int) -> None:
    assert replace(Policy(), lowers_to=lowers_to).lowered(2_500) == to


@pytest.mark.parametrize(
    ("percentage", "hours_ago", "left"),
    [
        pytest.param(1_000, 0, 72, id="just arrived"),
        pytest.param(1_000, 71, 1, id="an hour left"),
        pytest.param(1_000, 72, 0, id="over"),
        pytest.param(1_700, 71, 1, id="between two steps the lower one's"),
        pytest.param(10_000, 0, 0, id="none at the top"),
        pytest.param(1_000, -5, 72, id="the clock was set back"),
    ],
)
def test_dwell_left__counts_from_the_last_change(percentage: int, hours_ago: int, left: int) -> None:
    since = NOW - timedelta(hours=hours_ago)

    assert Policy().dwell_left(percentage, since=since, now=NOW) == timedelta(hours=left)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        pytest.param(
            {"steps": (0, 2_500, 1_000), "dwell_hours": (1, 1, 0)}, "10 % comes after 25 %", id="falling"
        ),
        pytest.param(
            {"steps": (0, 1_000, 1_000), "dwell_hours": (1, 1, 0)}, "10 % comes after 10 %", id="twice"
        ),
        pytest.param(
            {"steps": (500, 1_000), "dwell_hours": (1, 0)},
            "start at 0 %, the shadow, not at 5 %",
            id="no shadow",
        ),
        pytest.param(
            {"steps": (0, 10_001), "dwell_hours": (1, 0)}, "100.01 % is outside 0 % to 100 %", id="over 100 %"
        ),
        pytest.param({"steps": (0, -1), "dwell_hours": (1, 0)}, "-0.01 % is outside", id="below 0 %"),
        pytest.param({"steps": (0,), "dwell_hours": (1,)}, "at least two steps", id="one step"),
        pytest.param({"steps": (), "dwell_hours": ()}, "at least two steps", id="no step"),
        pytest.param({"dwell_hours": (72, 72)}, "5 steps and 2 numbers of hours", id="hours missing"),
        pytest.param({"dwell_hours": (72, -1, 0, 0, 0)}, "-1 hours are outside", id="negative hours"),
        pytest.param({"dwell_hours": (72, 9_999, 0, 0, 0)}, "which is a year", id="too long"),
        pytest.param(
            {"is_automatic": True, "needs_second_person": True},
            "nobody would be asked",
            id="automatic and asked",
        ),
        pytest.param(
            {"is_automatic": True, "watches": False},
            "nothing would take it back",
            id="automatic and unwatched",
        ),
        pytest.param(
            {"accuracy_margin_points": 0.0}, "margin of the accuracy must be above 0", id="no margin"
        ),
        pytest.param({"accept_margin_points": 20.1}, "margin of the accept rate", id="wide margin"),
        pytest.param({"accept_margin_points": float("nan")}, "margin of the accept rate", id="no number"),
        pytest.param({"min_comparisons": 0}, "At least 1 comparison", id="no comparisons"),
        pytest.param({"proposal_hours": 0}, "at least 1 hour", id="no time to decide"),
    ],
)
def test_contradictions__each__is_named_in_plain_words(values: dict[str, Any], complaint: str) -> None:
    named = contradictions(replace(Policy(), **values))

    assert [one for one in named if complaint in one]


def test_contradictions__several__are_all_named() -> None:
    policy = Policy(steps=(100, 50), dwell_hours=(-1,), is_automatic=True, needs_second_person=True)

    assert len(contradictions(policy)) == 5


@pytest.mark.parametrize("policy", [Policy(), Policy(is_automatic=True), Policy(needs_second_person=True)])
def test_contradictions__of_a_policy_that_can_be_followed__none(policy: Policy) -> None:
    assert contradictions(policy) == []
