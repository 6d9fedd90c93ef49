from dataclasses import replace

import pytest

from suggestions.domain.evidence.agreement import read_agreement
from suggestions.domain.evidence.clusters import Clustered, GroupSum
from suggestions.domain.evidence.comparison import LeadVerdict, read_outcomes
from suggestions.domain.evidence.e_process import yes_no
from suggestions.domain.evidence.latency import BUCKETS_MS
from suggestions.domain.evidence.rates import RateReading
from suggestions.domain.evidence.totals import Totals
from suggestions.domain.ramp.criteria import Criterion, Situation, Status, judge_criteria


def agreeing(agree: int, total: int) -> Clustered:
    groups = [GroupSum(total / 50, agree / 50)] * 50
    return Clustered(yes_no(agree, total), groups, groups, groups)


def fast(calls: int, *, slow: int = 0, failed: int = 0, agree: int = 90, disagree: int = 10) -> Totals:
    latency = [0] * (len(BUCKETS_MS) + 1)
    latency[2], latency[8] = calls - slow, slow
    return Totals(
        counts={"agree": agree, "disagree": disagree},
        calls=calls,
        failed_calls=failed,
        slow_calls=slow,
        latency=latency,
    )


GOOD = Situation(
    is_canary=True,
    agreement=read_agreement(agreeing(950, 1_000)),
    stable_hours=48,
    step=fast(1_000),
    before=fast(1_000),
    last_hour=fast(100),
    outcomes=read_outcomes(
        Totals(counts={"rule_both_right": 900, "rule_only_model": 60, "rule_only_rule": 20})
    ),
    accept_rates=RateReading(LeadVerdict.NOT_WORSE, "model 90 %, rules 85 %"),
    holds=(),
)


def judged(situation: Situation) -> dict[str, Criterion]:
    return {one.name: one for one in judge_criteria(situation)}


def test_criteria__all_is_well__all_are_green() -> None:
    assert {one.status for one in judge_criteria(GOOD)} == {Status.GREEN}
    assert not any(one.blocks for one in judge_criteria(GOOD))


def test_criteria__nothing_seen__no_data_is_never_a_pass() -> None:
    nothing = Situation(
        is_canary=True,
        agreement=read_agreement(agreeing(0, 0)),
        stable_hours=0,
        step=Totals(),
        before=Totals(),
        last_hour=Totals(),
        outcomes=read_outcomes(Totals()),
        accept_rates=RateReading(LeadVerdict.NO_DATA, "no verdicts"),
        holds=(),
    )

    statuses = {name: one.status for name, one in judged(nothing).items()}

    assert statuses.pop("incidents") == Status.GREEN
    assert set(statuses.values()) == {Status.NO_DATA}
    assert all(one.blocks for one in judge_criteria(nothing) if one.name != "incidents")


@pytest.mark.parametrize(
    ("change", "name", "status"),
    [
        pytest.param({"agreement": read_agreement(agreeing(700, 1_000))}, "agreement", Status.RED, id="70 %"),
        pytest.param(
            {"agreement": read_agreement(agreeing(800, 1_000))}, "agreement", Status.RED, id="80 %, sure"
        ),
        pytest.param(
            {"agreement": read_agreement(agreeing(262, 310))},
            "agreement",
            Status.NO_DATA,
            id="84.5 %, unsure",
        ),
        pytest.param(
            {"agreement": read_agreement(agreeing(270, 300))}, "agreement", Status.NO_DATA, id="few"
        ),
        pytest.param({"stable_hours": 47}, "agreement", Status.NO_DATA, id="stable for 47 hours"),
        pytest.param({"step": fast(1_000, slow=60)}, "latency", Status.RED, id="6 % are slow"),
        pytest.param({"step": fast(99)}, "latency", Status.NO_DATA, id="99 requests"),
        pytest.param({"step": fast(1_000, failed=50)}, "availability", Status.RED, id="95 % available"),
        pytest.param({"step": fast(1_000, failed=49)}, "availability", Status.GREEN, id="95.1 % available"),
        pytest.param({"last_hour": fast(9, agree=14, disagree=6)}, "alert", Status.RED, id="70 % lately"),
        pytest.param({"last_hour": fast(9, agree=19, disagree=0)}, "alert", Status.NO_DATA, id="19 lately"),
        pytest.param({"holds": ("a guardrail fired",)}, "incidents", Status.RED, id="held"),
        pytest.param({"step": fast(1_000, failed=11)}, "errors", Status.RED, id="more errors"),
        pytest.param({"step": fast(1_000, failed=10)}, "errors", Status.GREEN, id="a point more is allowed"),
        pytest.param({"before": fast(99)}, "errors", Status.NO_DATA, id="nothing before"),
        pytest.param(
            {"accept_rates": RateReading(LeadVerdict.WORSE, "")},
            "accept_rate",
            Status.RED,
            id="accepted less",
        ),
        pytest.param(
            {"accept_rates": RateReading(LeadVerdict.UNDECIDED, "")},
            "accept_rate",
            Status.NO_DATA,
            id="undecided",
        ),
    ],
)
def test_criteria__one_thing_else__changes_that_one_alone(
    change: dict[str, object], name: str, status: Status
) -> None:
    now = judged(replace(GOOD, **change))

    assert now[name].status == status
    assert {other for other, one in now.items() if not one.is_green} <= {name, "errors", "availability"}


def test_shadow__has_no_criteria_of_users_who_saw_the_model() -> None:
    assert not {"accept_rate", "errors"} & judged(replace(GOOD, is_canary=False)).keys()


@pytest.mark.parametrize(
    ("numbers", "blocks_shadow", "blocks_canary"),
    [
        pytest.param({}, False, True, id="no outcomes"),
        pytest.param({"rule_both_right": 800, "rule_only_rule": 100}, True, True, id="worse"),
        pytest.param({"rule_both_right": 800, "rule_only_model": 100}, False, False, id="better"),
    ],
)
def test_accuracy__in_the_shadow__stops_only_a_worse_model(
    numbers: dict[str, int], *, blocks_shadow: bool, blocks_canary: bool
) -> None:
    outcomes = read_outcomes(Totals(counts=numbers))

    shadow = judged(replace(GOOD, outcomes=outcomes, is_canary=False))["accuracy"]
    canary = judged(replace(GOOD, outcomes=outcomes))["accuracy"]

    assert (shadow.blocks, canary.blocks) == (blocks_shadow, blocks_canary)


def test_errors__champion_of_this_step__is_not_asked_for_a_time_before_it() -> None:
    criterion = judged(replace(GOOD, before=fast(99)))["errors"]

    assert (criterion.status, criterion.blocks) == (Status.NO_DATA, False)


def test_agreement__exactly_where_the_line_is__says_that_more_will_not_decide() -> None:
    situation = replace(GOOD, agreement=read_agreement(agreeing(850, 1_000)))

    assert "more comparisons will not decide" in judged(situation)["agreement"].detail


def test_agreement__not_carried__says_how_many_comparisons_are_missing() -> None:
    situation = replace(GOOD, agreement=read_agreement(agreeing(270, 300)))

    assert "about 15 more comparisons are needed" in judged(situation)["agreement"].detail
