from dataclasses import replace
from math import log10

import pytest

from suggestions.domain.evidence.totals import GROUP_MEASURES, Totals
from suggestions.domain.ramp.guardrails import (
    ACCEPT_RATE,
    ALPHA,
    CATEGORY_COLLAPSE,
    ERROR_BURST,
    ERRORS,
    LATENCY,
    NAMES,
    SAMPLE_RATIO,
    Action,
    GuardrailReading,
    LastCalls,
    read_guardrails,
)

SOUND = Totals(
    counts={"rule_accepted": 850, "rule_rejected": 150, "model_accepted": 85, "model_rejected": 15},
    calls=2_000,
    failed_calls=4,
    slow_calls=20,
    by_category={
        "Fuel": {"rule_accepted": 850, "rule_rejected": 150, "model_accepted": 85, "model_rejected": 15}
    },
)
QUIET = LastCalls(50, 0)


def read(totals: Totals, last: LastCalls = QUIET, percentage: int = 1_000) -> dict[str, GuardrailReading]:
    return {one.name: one for one in read_guardrails(totals, last, percentage=percentage)}


def users(in_canary: int, outside: int) -> dict[str, dict[str, list[int]]]:
    def row(is_in: bool) -> list[int]:
        counted = dict.fromkeys(GROUP_MEASURES, 0) | {"with_user": 10, "in_canary": 10 * is_in}
        return [counted[name] for name in GROUP_MEASURES]

    return {"users": {str(n): row(n < in_canary) for n in range(in_canary + outside)}}


def test_guardrails__sound_step__all_are_quiet() -> None:
    readings = read(SOUND)

    assert tuple(readings) == NAMES
    assert not any(one.has_fired for one in readings.values())


def test_guardrails__nothing_seen__all_are_quiet() -> None:
    assert not any(one.has_fired for one in read(Totals(), LastCalls(0, 0)).values())


def test_guardrails__those_that_lower__share_one_percent() -> None:
    lowering = [one.name for one in read(SOUND).values() if one.action == Action.LOWER]

    assert sum(ALPHA[name] for name in lowering) == pytest.approx(0.01)
    assert set(NAMES) - set(lowering) == {SAMPLE_RATIO}


@pytest.mark.parametrize(
    ("totals", "last", "name"),
    [
        pytest.param(SOUND, LastCalls(50, 20), ERROR_BURST, id="a burst"),
        pytest.param(SOUND, LastCalls(10, 10), ERROR_BURST, id="the first ten calls all fail"),
        pytest.param(replace(SOUND, failed_calls=200), QUIET, ERRORS, id="every tenth call fails"),
        pytest.param(replace(SOUND, slow_calls=200), QUIET, LATENCY, id="every tenth is slow"),
        pytest.param(
            replace(SOUND, counts=SOUND.counts | {"model_accepted": 180, "model_rejected": 120}),
            QUIET,
            ACCEPT_RATE,
            id="users accept less",
        ),
        pytest.param(
            replace(
                SOUND,
                by_category={
                    "Fuel": SOUND.by_category["Fuel"],
                    "Rent": {
                        "rule_accepted": 200,
                        "rule_rejected": 10,
                        "model_accepted": 5,
                        "model_rejected": 35,
                    },
                },
            ),
            QUIET,
            CATEGORY_COLLAPSE,
            id="one category collapses",
        ),
    ],
)
def test_guardrails__one_thing_wrong__that_one_fires_alone(
    totals: Totals, last: LastCalls, name: str
) -> None:
    fired = [one.name for one in read(totals, last).values() if one.has_fired]

    assert fired == [name]


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(LastCalls(50, 3), id="6 % of 50 is chance"),
        pytest.param(LastCalls(4, 4), id="four calls"),
    ],
)
def test_burst__too_little__is_quiet(last: LastCalls) -> None:
    assert not read(SOUND, last)[ERROR_BURST].has_fired


@pytest.mark.parametrize(
    ("last", "chance"),
    [(LastCalls(10, 10), 0.05**10), (LastCalls(50, 50), 0.05**50), (LastCalls(50, 6), 0.0378)],
)
def test_burst__calls_that_failed__are_weighed_by_their_chance_at_each_look(
    last: LastCalls, chance: float
) -> None:
    burst = read(SOUND, last)[ERROR_BURST]

    assert 10**-burst.evidence == pytest.approx(chance, rel=1e-3)
    looks_of_four_weeks = 80_640
    assert burst.limit == pytest.approx(-log10(ALPHA[ERROR_BURST] / looks_of_four_weeks))


def test_category_collapse__names_the_category_and_both_rates() -> None:
    collapsed = {
        "Rent": {"rule_accepted": 200, "rule_rejected": 10, "model_accepted": 5, "model_rejected": 35}
    }

    detail = read(replace(SOUND, by_category=collapsed))[CATEGORY_COLLAPSE].detail

    assert "Rent: model 12.5 % of 40, rules 95.2 % of 210" in detail


def test_category_collapse__more_categories__need_more_evidence() -> None:
    one = {"Rent": {"rule_accepted": 200, "rule_rejected": 10, "model_accepted": 5, "model_rejected": 35}}
    many = one | {f"c{n}": SOUND.by_category["Fuel"] for n in range(99)}

    alone, among_many = (
        read(replace(SOUND, by_category=by_category))[CATEGORY_COLLAPSE].evidence
        for by_category in (one, many)
    )

    assert alone - among_many == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("in_canary", "outside", "has_fired"),
    [
        pytest.param(25, 225, False, id="as it should be"),
        pytest.param(100, 150, True, id="too many"),
        pytest.param(0, 250, True, id="none"),
    ],
)
def test_sample_ratio__holds_where_the_share_is_not_the_percentage(
    in_canary: int, outside: int, has_fired: bool
) -> None:
    reading = read(Totals(groups=users(in_canary, outside)))[SAMPLE_RATIO]

    assert reading.has_fired == has_fired
    assert reading.action == Action.HOLD


@pytest.mark.parametrize("percentage", [0, 10_000])
def test_sample_ratio__nobody_or_everybody__has_nothing_to_compare(percentage: int) -> None:
    assert not read(Totals(groups=users(50, 50)), percentage=percentage)[SAMPLE_RATIO].has_fired
