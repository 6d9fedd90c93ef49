"""The agreement day by day, with the bounds that held at the end of each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from suggestions.domain.evidence.agreement import ALPHA, BETS
from suggestions.domain.evidence.e_process import lower_bound, upper_bound, yes_no
from suggestions.domain.ramp.judging import HourlyAgreement

DAYS = 14


@dataclass(frozen=True, slots=True)
class AgreementDay:
    """The comparisons of one day, and what was sure at its end."""

    day: date
    agree: int
    comparisons: int
    lower: float
    """From all comparisons of the champion up to the end of the day."""
    upper: float

    @property
    def share(self) -> float | None:
        """Return the day's own agreement; None without comparisons."""
        return self.agree / self.comparisons if self.comparisons else None


def agreement_by_day(
    hourly: Sequence[HourlyAgreement], *, design_effect: float, today: date
) -> tuple[AgreementDay, ...]:
    """Return the last days up to today, from the first on that has comparisons; none without any."""
    agree: Counter[date] = Counter()
    compared: Counter[date] = Counter()
    for one in hourly:
        day = datetime.fromisoformat(one.hour).date()
        agree[day] += one.agree
        compared[day] += one.agree + one.disagree
    began = min((day for day, size in compared.items() if size), default=None)
    if began is None:
        return ()
    first = max(began, today - timedelta(days=DAYS - 1))
    yes = sum(n for day, n in agree.items() if day < first)
    size = sum(n for day, n in compared.items() if day < first)
    days = []
    for offset in range((today - first).days + 1):
        day = first + timedelta(days=offset)
        yes, size = yes + agree[day], size + compared[day]
        counts = yes_no(yes, size).deflated(design_effect)
        days.append(
            AgreementDay(
                day,
                agree[day],
                compared[day],
                lower_bound(counts, alpha=ALPHA, bets=BETS),
                upper_bound(counts, alpha=ALPHA, bets=BETS),
            )
        )
    return tuple(days)
