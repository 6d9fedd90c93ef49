"""A rollout whose truth is known: users, merchants and what they do, counted as the service counts it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suggestions.domain.evidence.clusters import GROUPS, pair_group
from suggestions.domain.evidence.totals import GROUP_MEASURES, OUTCOMES, Totals
from suggestions.domain.percentage import FULL
from suggestions.domain.ramp.guardrails import LastCalls

CATEGORIES = 12
Whole = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a simulated rollout; every rate is a probability for one suggestion."""

    per_hour: int = 20
    """Suggestions an hour, each a request of its own."""
    agreement: float = 0.9
    accepted_rule: float = 0.85
    accepted_model: float = 0.85
    judged: float = 0.3
    """Share of suggestions that get a verdict."""
    outcomes: tuple[float, float, float] = (0.85, 0.05, 0.05)
    """Both right, only the model, only the rules; the rest is wrong by both."""
    known: float = 0.3
    """Share of suggestions whose category becomes known."""
    failed: float = 0.002
    slow: float = 0.01
    percentage: int = 1_000
    in_canary: int | None = None
    """The share that really arrives, in hundredths of a percent; None: the percentage."""
    correlation: float = 0.0
    """Of what one user does, and of what is done at one merchant; 0 to 1."""
    users: int = 500
    merchants: int = 200


class Comparisons:
    """One run of nothing but independent comparisons of rules and model."""

    def __init__(self, truth: Truth, random: np.random.Generator) -> None:
        self.truth, self._random = truth, random
        self.agree = self.total = 0

    def advance(self, hours: int) -> None:
        """Let so many hours pass."""
        more = self.truth.per_hour * hours
        self.total += more
        self.agree += int(self._random.binomial(more, self.truth.agreement))


class Simulation:
    """One run of everything, an hour after another."""

    def __init__(self, truth: Truth, random: np.random.Generator) -> None:
        self.truth, self._random = truth, random
        self._user_group = random.integers(0, GROUPS, truth.users)
        self._merchant_group = random.integers(0, GROUPS, truth.merchants)
        self._in_canary = random.random(truth.users) * FULL < (truth.in_canary or truth.percentage)
        self._popularity = random.dirichlet(np.full(truth.merchants, 0.5))
        self._mood = {name: self._deviations() for name in ("agree", "accept")}
        shape = GROUPS, len(GROUP_MEASURES)
        self._groups = {kind: np.zeros(shape) for kind in ("users", "merchants", "pairs")}
        self._counts: dict[str, int] = {}
        self._by_category: dict[str, dict[str, int]] = {str(one): {} for one in range(CATEGORIES)}
        self._calls = self._failed_calls = self._slow_calls = 0
        self._last: list[bool] = []

    def advance(self, hours: int) -> None:
        """Let so many hours pass."""
        truth, random = self.truth, self._random
        size = truth.per_hour * hours
        user, merchant = random.integers(0, truth.users, size), self._merchants(size)
        failed = random.random(size) < truth.failed
        by_model = self._in_canary[user] & ~failed
        agree = self._happens("agree", truth.agreement, user, merchant) & ~failed
        judged = random.random(size) < truth.judged
        rate = np.where(by_model, truth.accepted_model, truth.accepted_rule)
        accepted = judged & self._happens("accept", rate, user, merchant)
        known = (random.random(size) < truth.known) & ~failed
        outcome = np.searchsorted(np.cumsum(truth.outcomes), random.random(size))
        self._count_calls(failed, random.random(size) < truth.slow)
        self._count_states(agree, failed)
        self._count_verdicts(by_model, judged, accepted, merchant % CATEGORIES)
        self._count_outcomes(by_model, known, outcome)
        lead = (outcome == 1).astype(int) - (outcome == 2)
        measured = (
            *(~failed, agree, known, np.where(known, lead, 0)),
            *(judged & ~by_model, accepted & ~by_model, judged & by_model, accepted & by_model),
            *(np.ones(size), self._in_canary[user]),
        )
        self._count_groups(user, merchant, np.column_stack([np.asarray(one, float) for one in measured]))

    def totals(self) -> Totals:
        """Return what the service would have counted so far."""
        return Totals(
            counts=dict(self._counts),
            by_category={name: dict(counts) for name, counts in self._by_category.items()},
            groups={kind: _observed(table) for kind, table in self._groups.items()},
            calls=self._calls,
            failed_calls=self._failed_calls,
            slow_calls=self._slow_calls,
        )

    def last_calls(self) -> LastCalls:
        """Return the newest calls."""
        return LastCalls(len(self._last), sum(self._last))

    @property
    def model_verdicts(self) -> int:
        """Return how many verdicts users of the model have given."""
        return self._counts.get("model_accepted", 0) + self._counts.get("model_rejected", 0)

    def _deviations(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        truth, random = self.truth, self._random
        return random.random(truth.users), random.random(truth.merchants)

    def _merchants(self, size: int) -> Whole:
        return self._random.choice(self.truth.merchants, size, p=self._popularity)

    def _happens(self, what: str, rate: float | NDArray[np.float64], user: Whole, merchant: Whole) -> Flags:
        # A part of the suggestions is decided by the user, and as large a one by the merchant, once for ever.
        truth, draw = self.truth, self._random.random(len(user))
        of_user, of_merchant = self._mood[what]
        kind = self._random.random(len(user))
        draw = np.where(kind < truth.correlation, of_user[user], draw)
        draw = np.where(kind > 1 - truth.correlation, of_merchant[merchant], draw)
        return draw < rate

    def _count_calls(self, failed: Flags, slow: Flags) -> None:
        self._calls += len(failed)
        self._failed_calls += int(failed.sum())
        self._slow_calls += int(slow.sum())
        self._last = [*self._last, *failed.tolist()][-50:]

    def _count_states(self, agree: Flags, failed: Flags) -> None:
        self._add(self._counts, "agree", agree)
        self._add(self._counts, "disagree", ~agree & ~failed)
        self._add(self._counts, "model_error", failed)

    def _count_verdicts(self, by_model: Flags, judged: Flags, accepted: Flags, category: Whole) -> None:
        for source, mine in (("model", by_model), ("rule", ~by_model)):
            for verdict, said in (("accepted", accepted), ("rejected", judged & ~accepted)):
                self._add(self._counts, f"{source}_{verdict}", mine & said)
                for one, counts in self._by_category.items():
                    self._add(counts, f"{source}_{verdict}", mine & said & (category == int(one)))

    def _count_outcomes(self, by_model: Flags, known: Flags, outcome: Whole) -> None:
        for arm, mine in (("model", by_model), ("rule", ~by_model)):
            for place, name in enumerate(OUTCOMES):
                self._add(self._counts, f"{arm}_{name}", known & mine & (outcome == place))

    def _count_groups(self, user: Whole, merchant: Whole, measured: NDArray[np.float64]) -> None:
        users, merchants = self._user_group[user], self._merchant_group[merchant]
        keys = {"users": users, "merchants": merchants, "pairs": pair_group(users, merchants)}
        for kind, group in keys.items():
            np.add.at(self._groups[kind], group, measured)

    def _add(self, counts: dict[str, int], name: str, flags: Flags) -> None:
        counts[name] = counts.get(name, 0) + int(flags.sum())


def _observed(table: NDArray[np.float64]) -> dict[str, list[int]]:
    place = GROUP_MEASURES.index("with_user")
    return {str(group): row for group, row in enumerate(table.tolist()) if row[place]}
