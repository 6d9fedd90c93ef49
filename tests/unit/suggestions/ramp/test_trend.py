from datetime import date, timedelta

from suggestions.domain.ramp.judging import HourlyAgreement
from suggestions.domain.ramp.trend import DAYS, agreement_by_day

TODAY = date(2026, 3, 20)


def hour(days_ago: int, agree: int, disagree: int, *, at: int = 12) -> HourlyAgreement:
    day = TODAY - timedelta(days=days_ago)
    return HourlyAgreement(f"{day.isoformat()}T{at:02}:00:00+00:00", agree, disagree)


def test_days__no_comparisons__none() -> None:
    assert agreement_by_day([hour(1, 0, 0)], design_effect=1.0, today=TODAY) == ()


def test_days__hours_of_a_day__are_added_and_days_without_any_stay() -> None:
    days = agreement_by_day(
        [hour(2, 3, 1, at=1), hour(2, 5, 1, at=2), hour(0, 9, 1)], design_effect=1.0, today=TODAY
    )

    assert [(one.agree, one.comparisons, one.share) for one in days] == [
        (8, 10, 0.8),
        (0, 0, None),
        (9, 10, 0.9),
    ]
    assert days[0].day == TODAY - timedelta(days=2)


def test_days__bounds__are_of_everything_up_to_the_day() -> None:
    days = agreement_by_day([hour(30, 900, 100), hour(0, 1, 0)], design_effect=1.0, today=TODAY)

    assert len(days) == DAYS
    assert 0.85 < days[0].lower < 0.9 < days[0].upper < 0.95


def test_days__correlated_comparisons__say_less() -> None:
    alone, together = (
        agreement_by_day([hour(0, 900, 100)], design_effect=effect, today=TODAY)[0] for effect in (1.0, 20.0)
    )

    assert together.lower < alone.lower
    assert together.upper > alone.upper
