"""Correlated observations: how many independent ones they are worth.

One user's transactions, and all users' transactions at one merchant, agree or disagree together. The variance
of a mean under both at once is that between users, plus that between merchants, less that between their
pairs, which both contain (Cameron, Gelbach and Miller 2011, Robust inference with multiway clustering).
Divided by the variance of independent observations it is the design effect (Kish 1965).

Users, merchants and pairs are counted in groups, by a hash: groups of clusters are clusters as well, and
their number stays the same however many users there are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from suggestions.domain.evidence.e_process import Counts

GROUPS = 256
_PAIR_STEP = 167
"""Odd: with either group held fast, different partners fall into different groups of pairs."""


class GroupSum(NamedTuple):
    """The observations of one group: how many, and the sum of their values."""

    size: float
    total: float


@dataclass(frozen=True, slots=True)
class Clustered:
    """Observations with the groups they fall into."""

    counts: Counts
    users: Sequence[GroupSum]
    merchants: Sequence[GroupSum]
    pairs: Sequence[GroupSum]

    @property
    def design_effect(self) -> float:
        """Return how many of these observations say as much as one independent one; at least 1."""
        mean = self.counts.mean
        if mean is None:
            return 1.0
        independent = sum(
            n * (x - mean) ** 2 for x, n in zip(self.counts.values, self.counts.weights, strict=True)
        )
        if not independent:
            return 1.0
        users, merchants = _between(self.users, mean), _between(self.merchants, mean)
        # Both contain the pairs. Where chance makes the difference too small, either alone is a bound.
        between = max(users + merchants - _between(self.pairs, mean), users, merchants)
        return max(1.0, between / independent)

    @property
    def effective(self) -> Counts:
        """Return the counts of as many independent observations as these are worth."""
        return self.counts.deflated(self.design_effect)

    @property
    def group_count(self) -> int:
        """Return the smaller of the numbers of user groups and merchant groups that were observed."""
        return min(sum(1 for group in groups if group.size) for groups in (self.users, self.merchants))


def group_of(key: str, *, salt: str, client_id: int) -> int:
    """Return the group of a user or merchant, 0 to 255; salted otherwise than the canary's buckets."""
    digest = sha256(f"analysis\0{salt}\0{client_id}\0{key}".encode()).digest()
    return digest[0] % GROUPS


def pair_group(user_group: Any, merchant_group: Any) -> Any:
    """Return the group of a user's transactions at one merchant: of numbers, arrays or columns alike."""
    return (user_group * _PAIR_STEP + merchant_group) % GROUPS


def _between(groups: Iterable[GroupSum], mean: float) -> float:
    observed = [group for group in groups if group.size]
    if len(observed) < 2:
        return 0.0
    # Few groups show too little of the variance between them: the usual G / (G − 1).
    correction = len(observed) / (len(observed) - 1)
    return correction * sum((group.total - mean * group.size) ** 2 for group in observed)
