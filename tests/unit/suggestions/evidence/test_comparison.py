import pytest

from suggestions.domain.evidence.comparison import LeadVerdict, OutcomeReading, deciding, read_outcomes
from suggestions.domain.evidence.totals import ARMS, OUTCOMES, Totals


def totals(**arms: tuple[int, int, int, int]) -> Totals:
    """Each arm: both right, only the model, only the rules, both wrong."""
    return Totals(
        counts={
            f"{arm}_{name}": number
            for arm, numbers in arms.items()
            for name, number in zip(OUTCOMES, numbers, strict=True)
        }
    )


def by_arm(readings: tuple[OutcomeReading, ...]) -> dict[str, OutcomeReading]:
    return {reading.arm: reading for reading in readings}


@pytest.mark.parametrize(
    ("numbers", "standing"),
    [
        pytest.param((99, 0, 0, 0), LeadVerdict.NO_DATA, id="too few"),
        pytest.param((100, 0, 0, 0), LeadVerdict.UNDECIDED, id="just enough"),
        pytest.param((900, 60, 20, 20), LeadVerdict.NOT_WORSE, id="better"),
        pytest.param((950, 0, 0, 50), LeadVerdict.NOT_WORSE, id="the same answers"),
        pytest.param((850, 20, 80, 50), LeadVerdict.WORSE, id="worse"),
        pytest.param((120, 6, 6, 8), LeadVerdict.UNDECIDED, id="as good, few"),
    ],
)
def test_standing__paired_outcomes__are_judged_with_a_margin(
    numbers: tuple[int, int, int, int], standing: LeadVerdict
) -> None:
    assert by_arm(read_outcomes(totals(rule=numbers)))["rule"].standing == standing


def test_standing__arms_swapped__is_turned_round() -> None:
    better = by_arm(read_outcomes(totals(rule=(850, 80, 20, 50)), margin=0.0))["rule"]
    worse = by_arm(read_outcomes(totals(rule=(850, 20, 80, 50)), margin=0.0))["rule"]

    assert (better.standing, worse.standing) == (LeadVerdict.NOT_WORSE, LeadVerdict.WORSE)
    assert better.lower == pytest.approx(-worse.upper)
    assert better.upper == pytest.approx(-worse.lower)


def test_margin__wider__lets_a_slightly_worse_model_pass() -> None:
    counts = totals(rule=(1_800, 40, 60, 100))

    assert by_arm(read_outcomes(counts, margin=0.01))["rule"].standing == LeadVerdict.UNDECIDED
    assert by_arm(read_outcomes(counts, margin=0.05))["rule"].standing == LeadVerdict.NOT_WORSE


@pytest.mark.parametrize(
    ("margin", "standing"),
    [(0.01, LeadVerdict.WORSE), (0.02, LeadVerdict.UNDECIDED), (0.03, LeadVerdict.NOT_WORSE)],
)
def test_standing__surely_two_points_behind__is_worse_only_beyond_the_margin(
    margin: float, standing: LeadVerdict
) -> None:
    reading = by_arm(read_outcomes(totals(rule=(9_000, 100, 300, 600)), margin=margin))["rule"]

    assert -0.026 < reading.lower < -0.02 < reading.upper < -0.014
    assert reading.text.endswith("lead surely between -2.6 and -1.4 points")
    assert reading.standing == standing


def test_accuracies__silence__counts_as_wrong() -> None:
    reading = by_arm(read_outcomes(totals(model=(50, 30, 10, 10))))["model"]

    assert (reading.model_accuracy, reading.rule_accuracy) == (0.8, 0.6)


def test_reading__correlated_outcomes__are_less_sure() -> None:
    counts = totals(rule=(900, 60, 20, 20))
    empty, led = [0, 0, 18, 0, 0, 0, 0, 0, 18, 0], [0, 0, 20, 20, 0, 0, 0, 0, 20, 0]
    lagged = [0, 0, 20, -20, 0, 0, 0, 0, 20, 0]
    groups = {str(n): row for n, row in enumerate([led] * 3 + [lagged] + [empty] * 51)}
    clustered = Totals(counts=counts.counts, groups={"users": groups})

    assert by_arm(read_outcomes(clustered))["rule"].lower < by_arm(read_outcomes(counts))["rule"].lower


@pytest.mark.parametrize(
    ("sizes", "arm"),
    [
        pytest.param({"blind": 100, "rule": 5_000, "model": 900}, "blind", id="the fair arm first"),
        pytest.param({"blind": 99, "rule": 100, "model": 900}, "rule", id="then the cautious one"),
        pytest.param({"blind": 0, "rule": 50, "model": 900}, "model", id="then what there is"),
        pytest.param({"blind": 3, "rule": 50, "model": 9}, "rule", id="too few: the most"),
    ],
)
def test_deciding__takes_the_fairest_arm_with_enough_outcomes(sizes: dict[str, int], arm: str) -> None:
    assert set(sizes) == set(ARMS)

    readings = read_outcomes(totals(**{name: (size, 0, 0, 0) for name, size in sizes.items()}))

    assert deciding(readings).arm == arm
