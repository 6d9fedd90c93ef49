"""The counts of a period, as plain values: every verdict is computed from them, and can be once more."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from suggestions.domain.evidence.clusters import Clustered, GroupSum
from suggestions.domain.evidence.e_process import Counts, yes_no
from suggestions.domain.evidence.latency import BUCKETS_MS

ARMS = ("rule", "model", "blind")
"""What the user was shown: the rules' suggestion, the model's, or none."""
OUTCOMES = ("both_right", "only_model", "only_rule", "both_wrong")
"""Who named the category that became known later."""
GROUP_MEASURES = (
    "comparisons",
    "agree",
    "outcomes",
    "model_lead",
    "rule_judged",
    "rule_accepted",
    "model_judged",
    "model_accepted",
    "with_user",
    "in_canary",
)
"""What is counted of each group of users, merchants and pairs, in this order."""

Groups = Mapping[str, Sequence[int]]
"""The measures of each group that was observed."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What was counted in a period."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """The columns of EvidenceCount over all suggestions."""
    by_category: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """The same by the category that was served."""
    groups: Mapping[str, Groups] = field(default_factory=dict)
    """By "users", "merchants" and "pairs"."""
    calls: int = 0
    """Requests, whatever the number of their suggestions."""
    failed_calls: int = 0
    slow_calls: int = 0
    latency: Sequence[int] = field(default_factory=lambda: [0] * (len(BUCKETS_MS) + 1))
    failures: Mapping[str, int] = field(default_factory=dict)
    """Suggestions to which the model could give no answer, by reason."""

    def to_json(self) -> dict[str, object]:
        """Return the counts as they go into the log."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Totals":
        """Return the counts that `to_json` was made of."""
        return cls(**document)

    def count(self, name: str) -> int:
        """Return one of the counts."""
        return self.counts.get(name, 0)

    def agreement(self) -> Clustered:
        """Return the comparisons of rules and model: 1 where both gave the same category."""
        agree = self.count("agree")
        return self._clustered(yes_no(agree, agree + self.count("disagree")), "comparisons", "agree")

    def outcomes(self, arms: Sequence[str] = ARMS) -> Clustered:
        """Return the model's lead over the rules where the category became known: 1, 0 or −1 each.

        The groups are those of all arms: users differ among each other alike whatever they were shown.
        """
        by_name = {name: sum(self.count(f"{arm}_{name}") for arm in arms) for name in OUTCOMES}
        tied = by_name["both_right"] + by_name["both_wrong"]
        counts = Counts((1.0, 0.0, -1.0), (by_name["only_model"], tied, by_name["only_rule"]))
        return self._clustered(counts, "outcomes", "model_lead")

    def accepted(self, source: str) -> Clustered:
        """Return the verdicts on suggestions of a source: 1 where the user accepted."""
        accepted, judged = accepted_of(self.counts, source)
        return self._clustered(yes_no(accepted, judged), f"{source}_judged", f"{source}_accepted")

    def in_canary(self) -> Clustered:
        """Return the suggestions for transactions with a user: 1 where the user is in the canary."""
        users = self.groups.get("users", {}).values()
        size, total = (
            sum(row[GROUP_MEASURES.index(name)] for row in users) for name in ("with_user", "in_canary")
        )
        return self._clustered(yes_no(total, size), "with_user", "in_canary")

    def _clustered(self, counts: Counts, size: str, total: str) -> Clustered:
        places = GROUP_MEASURES.index(size), GROUP_MEASURES.index(total)
        sums = {
            kind: [GroupSum(row[places[0]], row[places[1]]) for row in self.groups.get(kind, {}).values()]
            for kind in ("users", "merchants", "pairs")
        }
        return Clustered(counts, **sums)


def accepted_of(counts: Mapping[str, int], source: str) -> tuple[int, int]:
    """Return how many suggestions of a source were accepted, of how many judged."""
    accepted = counts.get(f"{source}_accepted", 0)
    return accepted, accepted + counts.get(f"{source}_rejected", 0) + counts.get(f"{source}_corrected", 0)
