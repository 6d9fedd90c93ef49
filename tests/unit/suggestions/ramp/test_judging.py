import json
from dataclasses import replace

import pytest

from suggestions.domain.evidence.totals import GROUP_MEASURES, Totals
from suggestions.domain.ramp.guardrails import LastCalls
from suggestions.domain.ramp.judging import HourlyAgreement, Inputs, Margins, hours_stable, judge

ROW = [20 if name in ("comparisons", "with_user") else 19 for name in GROUP_MEASURES]
GROUPS = {kind: {str(n): ROW for n in range(50)} for kind in ("users", "merchants", "pairs")}
INPUTS = Inputs(
    counted_at="2026-03-10T12:30:00+00:00",
    champion_id=7,
    percentage=1_000,
    rollout_version=3,
    champion=Totals(counts={"agree": 950, "disagree": 50}, groups=GROUPS, calls=900),
    step=Totals(
        counts={"rule_accepted": 80, "rule_rejected": 20}, calls=500, failed_calls=1, failures={"timeout": 1}
    ),
    hourly=[HourlyAgreement("2026-03-08T10:00:00+00:00", 950, 50)],
    calls_before=400,
    last_calls=LastCalls(50, 1),
    holds=("looked at",),
    margins=Margins(accuracy=0.02),
)


def hours(*counted: tuple[int, int, int]) -> list[HourlyAgreement]:
    return [
        HourlyAgreement(f"2026-03-10T{hour:02}:00:00+00:00", agree, disagree)
        for hour, agree, disagree in counted
    ]


def test_judge__the_log_as_json__gives_the_same_verdicts_again() -> None:
    document = json.loads(json.dumps(judge(INPUTS).to_json()))

    again = judge(Inputs.from_json(document["inputs"]))

    assert again.verdicts() == judge(INPUTS).verdicts()
    assert json.loads(json.dumps(again.verdicts())) == document["verdicts"]


def test_judge__one_number_of_the_log_altered__gives_other_verdicts() -> None:
    altered = replace(INPUTS, champion=replace(INPUTS.champion, counts={"agree": 949, "disagree": 50}))

    assert judge(altered).verdicts() != judge(INPUTS).verdicts()


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        pytest.param([], 0, id="nothing"),
        pytest.param([(2, 950, 50)], 9, id="since the end of the hour"),
        pytest.param([(2, 20, 0), (5, 950, 50)], 6, id="reached later"),
        pytest.param([(2, 950, 50), (5, 0, 100), (9, 900, 0)], 2, id="lost in between"),
        pytest.param([(2, 950, 50), (9, 0, 400)], 0, id="lost"),
        pytest.param([(20, 950, 50)], 0, id="an hour that is yet to come, by a wrong clock"),
    ],
)
def test_hours_stable__counts_from_where_the_bound_was_reached_for_good(
    counted: list[tuple[int, int, int]], expected: int
) -> None:
    assert hours_stable(replace(INPUTS, hourly=hours(*counted)), design_effect=1.0) == expected
