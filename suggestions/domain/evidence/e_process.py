"""Evidence that may be looked at any time: e-processes for a mean, and the bounds they give.

An e-process starts at 1 and, while the hypothesis it tests is true, ever reaches 1/α with a probability of at
most α, however often one looks (Ville 1939). This one is the capital of a gambler who bets against "the mean
is at most m": each observation x multiplies it by 1 + λ(x − m), and fixed shares of it are put on a few bets
λ (Robbins 1970; Waudby-Smith and Ramdas 2024, Estimating means of bounded random variables by betting). For
shares of yes and no it is a mixture of likelihood ratios. Only counts enter, so that it can be recomputed
from the log.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, exp, inf, log, log1p

BISECTIONS = 40


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each value was observed; correlated observations count for less than one (see `deflated`)."""

    values: tuple[float, ...]
    weights: tuple[float, ...]

    @property
    def size(self) -> float:
        """Return the number of observations."""
        return sum(self.weights)

    @property
    def mean(self) -> float | None:
        """Return their mean; None without observations."""
        if not self.size:
            return None
        return sum(x * n for x, n in zip(self.values, self.weights, strict=True)) / self.size

    def deflated(self, design_effect: float) -> "Counts":
        """Return as many observations as independent ones would say the same with."""
        return Counts(self.values, tuple(n / design_effect for n in self.weights))

    def swapped(self) -> "Counts":
        """Return the counts of the opposite of a share: yes and no change places."""
        return Counts(self.values, self.weights[::-1])


def yes_no(yes: float, total: float) -> Counts:
    """Return the counts of a share: so many of the total were 1, the others 0."""
    return Counts((1.0, 0.0), (yes, total - yes))


@dataclass(frozen=True, slots=True)
class Bet:
    """A part of the capital, put on the mean lying so much above what the hypothesis says."""

    share: float
    effect: float
    """In units of the mean, above 0."""


Bets = Sequence[Bet]


def log_capital(counts: Counts, *, at_most: float, bets: Bets, spread: float | None = None) -> float:
    """Return the logarithm of the capital won against "the mean is at most `at_most`".

    `spread` is the variance the bets reckon with; None stands for that of a share of yes and no. A bet is
    best where the mean lies its effect above `at_most` and the variance is the one named; it is valid anyway.
    """
    variance = at_most * (1 - at_most) if spread is None else spread
    most = _largest_bet(counts, at_most)
    return log_mixture(
        [
            (bet.share, _log_won(counts, at_most, min(bet.effect / variance if variance else inf, most)))
            for bet in bets
        ]
    )


def log_mixture(parts: Sequence[tuple[float, float]]) -> float:
    """Return the logarithm of a sum of capitals, given each one's share at the start and logarithm now."""
    logs = [log(share) + value for share, value in parts]
    top = max(logs)
    return top if top in (inf, -inf) else top + log(sum(exp(one - top) for one in logs))


def lower_bound(
    counts: Counts, *, alpha: float, bets: Bets, floor: float = 0.0, spread: float | None = None
) -> float:
    """Return the largest mean that the observations refute from below: a confidence sequence's lower end.

    `floor` is the smallest mean there can be. All looks together err with a probability of at most alpha.
    """
    mean = counts.mean
    if mean is None:
        return floor
    return _bisect(
        lambda m: log_capital(counts, at_most=m, bets=bets, spread=spread) >= -log(alpha), floor, mean
    )


def upper_bound(counts: Counts, *, alpha: float, bets: Bets) -> float:
    """Return the smallest mean that the observations refute from above, for a share of yes and no."""
    return 1 - lower_bound(counts.swapped(), alpha=alpha, bets=bets)


def more_needed(counts: Counts, *, at_most: float, alpha: float, bets: Bets) -> int | None:
    """Return about how many more independent observations refute `at_most`, if they go on as so far.

    None: they never will, the mean observed is too near or on the other side.
    """
    if not counts.size:
        return None
    largest = 1e6 / counts.size
    if log_capital(counts.deflated(1 / largest), at_most=at_most, bets=bets) < -log(alpha):
        return None
    times = _bisect(
        lambda t: log_capital(counts.deflated(1 / t), at_most=at_most, bets=bets) < -log(alpha), 1.0, largest
    )
    return ceil((times - 1) * counts.size)


def _largest_bet(counts: Counts, at_most: float) -> float:
    # The worst that can come may cost nearly all, never more: the capital stays positive.
    lowest = min(counts.values)
    return 0.99 / (at_most - lowest) if at_most > lowest else 1e9


def _log_won(counts: Counts, at_most: float, bet: float) -> float:
    return sum(
        n * log1p(bet * (x - at_most)) for x, n in zip(counts.values, counts.weights, strict=True) if n
    )


def _bisect(is_low: Callable[[float], bool], low: float, high: float) -> float:
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_low(middle) else (low, middle)
    return low
