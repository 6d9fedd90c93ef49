import pytest

from suggestions.domain.evidence.agreement import Verdict, literal_verdict, read_agreement
from suggestions.domain.evidence.clusters import Clustered, GroupSum
from suggestions.domain.evidence.e_process import yes_no


def spread_evenly(agree: int, total: int, groups: int = 50) -> Clustered:
    sums = [GroupSum(total / groups, agree / groups)] * groups
    return Clustered(yes_no(agree, total), sums, sums, sums)


@pytest.mark.parametrize(
    ("share", "verdict"),
    [
        (None, Verdict.COLLECTING),
        (1.0, Verdict.PROCEED),
        (0.85, Verdict.PROCEED),
        (0.8499, Verdict.REVIEW),
        (0.75, Verdict.REVIEW),
        (0.7499, Verdict.RETRAIN),
    ],
)
def test_literal_verdict__is_the_row_of_the_matrix(share: float | None, verdict: Verdict) -> None:
    assert literal_verdict(share) == verdict


@pytest.mark.parametrize(
    ("agree", "total", "literal", "verdict"),
    [
        pytest.param(0, 0, Verdict.COLLECTING, Verdict.COLLECTING, id="nothing"),
        pytest.param(299, 299, Verdict.PROCEED, Verdict.COLLECTING, id="below the floor"),
        pytest.param(258, 300, Verdict.PROCEED, Verdict.COLLECTING, id="86 %, not carried"),
        pytest.param(900, 1_000, Verdict.PROCEED, Verdict.PROCEED, id="90 %, carried"),
        pytest.param(800, 1_000, Verdict.REVIEW, Verdict.REVIEW, id="80 %"),
        pytest.param(222, 300, Verdict.RETRAIN, Verdict.COLLECTING, id="74 %, not carried"),
        pytest.param(650, 1_000, Verdict.RETRAIN, Verdict.RETRAIN, id="65 %, carried"),
    ],
)
def test_reading__says_what_the_matrix_says_where_the_data_carry_it(
    agree: int, total: int, literal: Verdict, verdict: Verdict
) -> None:
    reading = read_agreement(spread_evenly(agree, total))

    assert (reading.literal, reading.verdict) == (literal, verdict)


def test_reading__few_users__collects_however_many_comparisons() -> None:
    assert read_agreement(spread_evenly(5_000, 5_000, groups=19)).verdict == Verdict.COLLECTING
    assert read_agreement(spread_evenly(5_000, 5_000, groups=20)).verdict == Verdict.PROCEED


def test_reading__correlated_comparisons__need_more_of_them() -> None:
    independent = spread_evenly(900, 1_000)
    halves = [GroupSum(20, 20)] * 45 + [GroupSum(20, 0)] * 5
    correlated = Clustered(independent.counts, halves, independent.merchants, independent.pairs)

    reading = read_agreement(correlated)

    assert reading.design_effect > 10
    assert reading.verdict == Verdict.COLLECTING
    assert reading.needed is not None
    assert reading.needed > 1_000


@pytest.mark.parametrize(
    ("agree", "total", "needed"),
    [
        pytest.param(0, 0, 300, id="nothing yet"),
        pytest.param(100, 100, 200, id="the floor alone"),
        pytest.param(80, 100, 200, id="review from the floor on"),
        pytest.param(900, 1_000, 0, id="carried"),
    ],
)
def test_needed__is_what_is_missing_to_floor_and_bound(agree: int, total: int, needed: int) -> None:
    assert read_agreement(spread_evenly(agree, total)).needed == needed


def test_needed__exactly_at_the_limit__never_decides() -> None:
    assert read_agreement(spread_evenly(850, 1_000)).needed is None


def test_needed__two_thirds_agree__says_how_many_until_retrain() -> None:
    reading = read_agreement(spread_evenly(220, 310))

    assert reading.literal == Verdict.RETRAIN
    assert reading.needed is not None
    assert read_agreement(
        spread_evenly(round((310 + reading.needed) * 220 / 310) - 1, 310 + reading.needed)
    ).verdict == (Verdict.RETRAIN)
