"""The one thing to do next: a table of situations, the most urgent thing of each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from suggestions.domain.evidence.agreement import AgreementReading, read_agreement
from suggestions.domain.ramp.criteria import Status
from suggestions.domain.ramp.gate import OpenHold, Standing
from suggestions.domain.ramp.guardrails import Action as GuardrailAction
from suggestions.domain.ramp.policy import Policy
from suggestions.domain.ramp.recommendation import (
    MOST_REASONS,
    Action,
    Outlook,
    WaitingProposal,
    recommend,
)
from tests.ramp_evidence import NOTHING, criterion, guardrail
from tests.unit.suggestions.ramp.test_criteria import agreeing

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
SURE = read_agreement(agreeing(950, 1_000))
GREEN = criterion(Status.GREEN)
EVIDENCE = replace(NOTHING, agreement=SURE, stable_hours=60, criteria=(GREEN,), guardrails=())
READY = Outlook(EVIDENCE, STANDING, Policy(), NOW)
HOLD = OpenHold("odd merchants", "olga")
ALICE = WaitingProposal(1_000, to=2_500, proposer="alice")


def seeing(**values: Any) -> dict[str, Any]:
    return {"evidence": replace(EVIDENCE, **values)}


def standing(**values: Any) -> dict[str, Any]:
    return {"standing": replace(STANDING, **values)}


def agreement(agree: int, total: int) -> dict[str, Any]:
    return seeing(agreement=read_agreement(agreeing(agree, total)))


def lacking(name: str) -> tuple[Any, ...]:
    return (criterion(Status.NO_DATA, name=name, title="Enough calls", detail="12 requests"),)


def failing(name: str) -> tuple[Any, ...]:
    return (criterion(Status.RED, name=name, title="Calls are fast", detail="300 ms"),)


FIRED = seeing(guardrails=(guardrail("burst"),))
NEAR = replace(SURE, verdict="COLLECTING", needed=None)
FEW_GROUPS = replace(SURE, verdict="COLLECTING", needed=0, groups=5)
BELOW = agreement(500, 1_000)
NO_CHAMPION = standing(champion_id=None)


@pytest.mark.parametrize(
    ("values", "action", "title"),
    [
        pytest.param({}, Action.RAISE, "Raise to 25 %", id="all is green"),
        pytest.param(FIRED, Action.ROLL_BACK, "Roll back: the guardrail “No burst” fired", id="guardrail"),
        pytest.param(
            FIRED | standing(percentage=0), Action.FIND_CAUSE,
            "Find the cause: the guardrail “No burst” fired", id="nothing to lower",
        ),
        pytest.param(
            seeing(guardrails=(guardrail("ratio", action=GuardrailAction.HOLD),)),
            Action.RAISE, "Raise to 25 %", id="a guardrail that only holds, judged already",
        ),
        pytest.param(
            standing(holds=(HOLD,)), Action.JUDGE_HOLD, "Lift the hold or leave it: odd merchants", id="hold"
        ),
        pytest.param(
            {"proposal": ALICE}, Action.DECIDE_PROPOSAL,
            "Approve the waiting proposal of alice: 10 % → 25 %", id="proposal",
        ),
        pytest.param(
            {"proposal": ALICE} | seeing(criteria=failing("latency")), Action.DECIDE_PROPOSAL,
            "Decide about the proposal of alice: 10 % → 25 %", id="proposal before a closed gate",
        ),
        pytest.param(
            {"proposal": replace(ALICE, percentage=500, moved=("The rollout was changed since",))},
            Action.DECIDE_PROPOSAL, "Reject the outdated proposal of alice: 5 % → 25 %", id="outdated",
        ),
        pytest.param(NO_CHAMPION, Action.TRAIN, "Train a model", id="no champion"),
        pytest.param(
            NO_CHAMPION | {"is_training": True}, Action.STAND, "Wait for the training", id="training"
        ),
        pytest.param(
            NO_CHAMPION | {"is_worker_silent": True}, Action.TRAIN, "Train a model", id="silent training"
        ),
        pytest.param(
            NO_CHAMPION | {"candidate": "v3"}, Action.PROMOTE, "Promote a candidate: v3", id="candidate"
        ),
        pytest.param(BELOW, Action.RETRAIN, "Retrain: agreement is below 75 %", id="below 75 %"),
        pytest.param(
            BELOW | {"candidate": "v9"}, Action.PROMOTE,
            "Promote a candidate: agreement is below 75 %", id="below 75 %, trained since",
        ),
        pytest.param(
            BELOW | {"is_training": True}, Action.STAND,
            "Wait for the training: agreement is below 75 %", id="below 75 %, in training",
        ),
        pytest.param(
            seeing(criteria=failing("accuracy")), Action.RETRAIN,
            "Retrain: the model does worse than the rules", id="less accurate",
        ),
        pytest.param(
            seeing(criteria=failing("latency")), Action.FIND_CAUSE,
            "Find the cause: not “Calls are fast”", id="too slow",
        ),
        pytest.param(
            standing(percentage=10_000), Action.NOTHING,
            "Nothing: everybody is served by the model", id="top",
        ),
        pytest.param(
            standing(percentage=2_500) | {"policy": Policy(steps=(0, 2_500), dwell_hours=(0, 0))},
            Action.NOTHING, "Nothing: the last step is reached", id="top below 100 %",
        ),
        pytest.param(
            BELOW | standing(percentage=10_000), Action.RETRAIN,
            "Retrain: agreement is below 75 %", id="below 75 % at the top",
        ),
        pytest.param(agreement(0, 0), Action.COLLECT, "Collect: about 300 comparisons", id="nothing seen"),
        pytest.param(
            agreement(95, 100), Action.COLLECT, "Collect: about 200 more comparisons", id="few comparisons"
        ),
        pytest.param(
            seeing(agreement=FEW_GROUPS), Action.COLLECT,
            "Collect: from more users and merchants", id="few users",
        ),
        pytest.param(
            agreement(800, 1_000), Action.REVIEW,
            "Review disagreements: agreement is 75 % to 85 %", id="75 to 85 %",
        ),
        pytest.param(
            seeing(agreement=NEAR), Action.REVIEW,
            "Review disagreements: more comparisons will not decide", id="too near",
        ),
        pytest.param(
            standing(since=NOW - timedelta(hours=20)), Action.STAND,
            "Stand on 10 % until 2026-03-03 16:00 UTC", id="dwell",
        ),
        pytest.param(
            seeing(criteria=lacking("agreement"), stable_hours=20), Action.STAND,
            "Stand on 10 %: agreement has held for 20 of 48 hours", id="not stable yet",
        ),
        pytest.param(
            seeing(criteria=lacking("latency")), Action.COLLECT,
            "Collect: a criterion still lacks data", id="no data",
        ),
        pytest.param(
            {"policy": Policy(is_automatic=True)}, Action.STAND,
            "Wait: 25 % is taken by itself within a minute", id="automatic",
        ),
        pytest.param(
            {"policy": Policy(is_automatic=True)} | standing(was_lowered=True), Action.RAISE,
            "Raise to 25 %", id="automatic, and lowered before",
        ),
    ],
)  # fmt: skip
def test_recommend__situation__is_one_thing_with_reasons(
    values: dict[str, Any], action: Action, title: str
) -> None:
    found = recommend(replace(READY, **values))

    assert (found.action, found.title) == (action, title)
    assert 1 <= len(found.reasons) <= MOST_REASONS
    assert all(found.reasons)


@pytest.mark.parametrize(
    ("more", "action"),
    [
        pytest.param(FIRED, Action.ROLL_BACK, id="guardrail before hold"),
        pytest.param({}, Action.JUDGE_HOLD, id="hold before proposal and champion"),
    ],
)
def test_recommend__several_at_once__the_most_urgent(more: dict[str, Any], action: Action) -> None:
    everything = replace(READY, proposal=ALICE, standing=replace(STANDING, holds=(HOLD,)), **more)

    assert recommend(everything).action == action


@pytest.mark.parametrize("values", [NO_CHAMPION, BELOW])
def test_recommend__training_whose_worker_is_silent__is_not_waited_for(values: dict[str, Any]) -> None:
    found = recommend(replace(READY, is_worker_silent=True, **values))

    assert any(reason.startswith("The worker of the training went silent") for reason in found.reasons)


def test_recommend__raise__says_what_it_takes() -> None:
    policy = Policy(needs_second_person=True)

    found = recommend(replace(READY, policy=policy, standing=replace(STANDING, was_lowered=True)))

    assert found.reasons == (
        "Every criterion is green, and the time on 10 % is over",
        "It was lowered before, so a person has to raise it",
        "It becomes a proposal, which a second person approves",
    )


def test_recommend__guardrails_switched_off__says_that_nothing_lowers_by_itself() -> None:
    found = recommend(replace(READY, policy=Policy(watches=False), **FIRED))

    assert found.reasons == (
        "No burst: 7 of 50 failed",
        "The policy has switched the guardrails off: nothing lowers by itself",
    )


def test_recommend__retrain__says_how_sure() -> None:
    reading: AgreementReading = BELOW["evidence"].agreement

    found = recommend(replace(READY, **BELOW))

    assert found.reasons[0] == f"Agreement is 50.0 % of 1,000, surely below {100 * reading.upper:.1f} %"
