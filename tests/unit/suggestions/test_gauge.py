"""The agreement as a half circle from 50 % on the left to 100 % on the right."""

import re

import pytest

from suggestions.admin.home.gauge import Gauge
from suggestions.domain.evidence.agreement import read_agreement
from tests.unit.suggestions.ramp.test_criteria import agreeing


def end_of(path: str) -> tuple[float, float]:
    x, y = re.findall(r"-?[0-9.]+", path)[-2:]
    return float(x), float(y)


@pytest.mark.parametrize(
    ("agree", "left_of_centre"),
    [(300, True), (550, True), (740, True), (760, False), (990, False)],
)
def test_needle__share__points_to_its_side(agree: int, left_of_centre: bool) -> None:
    x, y = end_of(Gauge(read_agreement(agreeing(agree, 1_000))).needle)

    assert (x < 110) == left_of_centre
    assert y <= 108


def test_whisker__bounds__lie_around_the_needle() -> None:
    gauge = Gauge(read_agreement(agreeing(750, 1_000)))
    begin = re.findall(r"-?[0-9.]+", gauge.whisker)[0]

    assert float(begin) < end_of(gauge.needle)[0] < end_of(gauge.whisker)[0]


def test_bands__rows_of_the_matrix__follow_each_other_without_a_gap() -> None:
    bands = Gauge(read_agreement(agreeing(0, 0))).bands
    ends = [end_of(band.path) for band in bands]
    begins = [tuple(float(n) for n in re.findall(r"-?[0-9.]+", band.path)[:2]) for band in bands]

    assert [band.name for band in bands] == ["retrain", "review", "proceed"]
    assert begins[1:] == ends[:-1]
    assert ends[0][0] == pytest.approx(110)  # 75 % is the middle


def test_gauge__no_comparisons__has_no_needle_and_says_so() -> None:
    gauge = Gauge(read_agreement(agreeing(0, 0)))

    assert (gauge.needle, gauge.whisker) == ("", "")
    assert gauge.spoken.startswith("Agreement: no comparisons yet.")
