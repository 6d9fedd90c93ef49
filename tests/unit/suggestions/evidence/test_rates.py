import math

import pytest

from suggestions.domain.evidence.comparison import LeadVerdict
from suggestions.domain.evidence.e_process import yes_no
from suggestions.domain.evidence.rates import log_evidence_of_drop, log_evidence_of_rise, read_accept_rates
from suggestions.domain.evidence.totals import Totals


def totals(model: tuple[int, int], rule: tuple[int, int]) -> Totals:
    counts = {}
    for source, (accepted, judged) in (("model", model), ("rule", rule)):
        counts |= {f"{source}_accepted": accepted, f"{source}_rejected": judged - accepted}
    return Totals(counts=counts)


@pytest.mark.parametrize(
    ("model", "rule", "standing"),
    [
        pytest.param((49, 49), (900, 1_000), LeadVerdict.NO_DATA, id="few of the model"),
        pytest.param((900, 1_000), (49, 49), LeadVerdict.NO_DATA, id="few of the rules"),
        pytest.param((950, 1_000), (8_500, 10_000), LeadVerdict.NOT_WORSE, id="better"),
        pytest.param((700, 1_000), (8_500, 10_000), LeadVerdict.WORSE, id="worse"),
        pytest.param((85, 100), (850, 1_000), LeadVerdict.UNDECIDED, id="as good, few"),
    ],
)
def test_accept_rates__are_judged_with_a_margin(
    model: tuple[int, int], rule: tuple[int, int], standing: LeadVerdict
) -> None:
    assert read_accept_rates(totals(model, rule), margin=0.02).standing == standing


def test_evidence_of_drop__ten_points__is_strong_and_a_rise_is_none() -> None:
    observed, control = yes_no(220, 300), yes_no(2_500, 3_000)

    assert log_evidence_of_drop(observed, control) > math.log(200)
    assert log_evidence_of_rise(observed, control, above=0.0) < 0


def test_evidence_of_drop__sure_control_beside_an_unsure_one__is_stronger() -> None:
    observed = yes_no(75, 100)

    assert log_evidence_of_drop(observed, yes_no(8_500, 10_000)) > log_evidence_of_drop(
        observed, yes_no(85, 100)
    )


@pytest.mark.parametrize("sizes", [(0, 0), (0, 500), (500, 0), (19, 500)])
def test_evidence_of_drop__too_little__says_nothing(sizes: tuple[int, int]) -> None:
    assert log_evidence_of_drop(yes_no(0, sizes[0]), yes_no(sizes[1], sizes[1])) == 0.0


def test_evidence_of_drop__within_the_margin__is_none() -> None:
    observed, control = yes_no(800, 1_000), yes_no(8_500, 10_000)

    assert log_evidence_of_drop(observed, control) > math.log(200)
    assert log_evidence_of_drop(observed, control, below=-0.2) < 0


def test_accept_rates__as_good__become_not_worse_with_enough_verdicts() -> None:
    assert (
        read_accept_rates(totals((8_000, 10_000), (72_000, 90_000)), margin=0.02).standing
        == LeadVerdict.NOT_WORSE
    )


def test_accept_rates__two_points_worse_the_margin__never_become_not_worse() -> None:
    reading = read_accept_rates(totals((78_000, 100_000), (800_000, 1_000_000)), margin=0.02)

    assert reading.standing != LeadVerdict.NOT_WORSE
