import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggestions.domain.evidence.e_process import (
    Bet,
    Counts,
    log_capital,
    lower_bound,
    more_needed,
    upper_bound,
    yes_no,
)

BETS = (Bet(0.2, 0.02), Bet(0.6, 0.05), Bet(0.2, 0.1))
LEVEL = math.log(20)


def test_capital__one_bet_on_a_share__is_the_likelihood_ratio() -> None:
    won = log_capital(yes_no(90, 100), at_most=0.85, bets=[Bet(1.0, 0.05)])

    assert won == pytest.approx(90 * math.log(0.90 / 0.85) + 10 * math.log(0.10 / 0.15))


def test_capital__nothing_seen__is_one() -> None:
    assert log_capital(yes_no(0, 0), at_most=0.85, bets=BETS) == pytest.approx(0.0)


def test_capital__three_values__multiplies_for_each() -> None:
    counts = Counts((1.0, 0.0, -1.0), (3, 5, 2))

    won = log_capital(counts, at_most=-0.01, bets=[Bet(1.0, 0.02)], spread=0.1)

    bet = 0.2
    expected = 3 * math.log1p(bet * 1.01) + 5 * math.log1p(bet * 0.01) + 2 * math.log1p(bet * -0.99)
    assert won == pytest.approx(expected)


def test_capital__at_the_limit_looked_at_after_each_observation__rarely_reaches_twenty() -> None:
    random = np.random.default_rng(5)
    reached = 0
    for _ in range(200):
        seen = np.cumsum(random.random(400) < 0.85)
        reached += any(
            log_capital(yes_no(int(seen[n - 1]), n), at_most=0.85, bets=BETS) >= LEVEL
            for n in range(10, 401, 10)
        )

    assert reached <= 20  # 10 are expected at most; 21 have a probability below 0.1 %


@given(yes=st.integers(0, 2_000), no=st.integers(0, 2_000))
def test_bounds__any_counts__hold_the_share_between_them(yes: int, no: int) -> None:
    counts = yes_no(yes, yes + no)

    lower, upper = (bound(counts, alpha=0.05, bets=BETS) for bound in (lower_bound, upper_bound))

    assert 0 <= lower <= 1
    assert 0 <= upper <= 1
    if yes + no:
        assert lower <= yes / (yes + no) + 1e-9 <= upper + 2e-9


def test_bounds__ten_times_as_many__are_narrower() -> None:
    few, many = yes_no(90, 100), yes_no(900, 1_000)

    assert lower_bound(many, alpha=0.05, bets=BETS) > lower_bound(few, alpha=0.05, bets=BETS)
    assert upper_bound(many, alpha=0.05, bets=BETS) < upper_bound(few, alpha=0.05, bets=BETS)


def test_lower_bound__is_where_the_capital_reaches_the_level() -> None:
    counts = yes_no(900, 1_000)

    lower = lower_bound(counts, alpha=0.05, bets=BETS)

    assert log_capital(counts, at_most=lower, bets=BETS) == pytest.approx(LEVEL, abs=1e-6)


def test_more_needed__so_many_more_of_the_same__are_just_enough() -> None:
    counts = yes_no(180, 200)

    more = more_needed(counts, at_most=0.85, alpha=0.05, bets=BETS)

    assert more is not None
    size = 200 + more
    assert log_capital(yes_no(0.9 * size, size), at_most=0.85, bets=BETS) >= LEVEL
    assert log_capital(yes_no(0.9 * (size - 3), size - 3), at_most=0.85, bets=BETS) < LEVEL


@pytest.mark.parametrize(
    ("yes", "total", "expected"),
    [
        pytest.param(0, 0, None, id="nothing seen"),
        pytest.param(82, 100, None, id="on the wrong side"),
        pytest.param(950, 1_000, 0, id="carried already"),
    ],
)
def test_more_needed__cannot_or_need_not__says_so(yes: int, total: int, expected: int | None) -> None:
    assert more_needed(yes_no(yes, total), at_most=0.85, alpha=0.05, bets=BETS) == expected


def test_deflated__by_two__counts_for_half() -> None:
    assert yes_no(90, 100).deflated(2.0) == Counts((1.0, 0.0), (45.0, 5.0))
