"""Rules worth having: merchants whose labels agree, and of which the rules say nothing or something else."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from suggestions.domain.intervals import describe_share
from suggestions.domain.rules.engine import InvalidPattern, RuleEngine, RuleInput, check_pattern

MIN_LABELS: Final = 5
MIN_USERS: Final = 2
MIN_SHARE: Final = 0.9
ASKED: Final = 5
"""So many of a merchant's newest labels show what the rules say today."""


@dataclass(frozen=True, slots=True)
class KnownLabel:
    """One transaction whose category is known."""

    transaction_id: int
    transaction: RuleInput
    """With the merchant's key."""
    category: str
    is_correction: bool
    """A user chose it instead of what was suggested."""


@dataclass(frozen=True, slots=True)
class RuleSuggestion:
    """A rule of the kind merchant that the labels ask for."""

    client_id: int
    merchant: str
    category: str
    transaction_id: int
    """The newest of its transactions with that category."""
    labels: int
    right: int
    """Of the labels: they are of that category."""
    users: int
    corrections: int
    """Of those right: a user chose it instead of what was suggested."""
    asked: int
    """Of the newest labels: the rules were asked about them."""
    rules_right: int
    """Of those asked: the rules say the category already."""
    rules_say: str
    """What the rules most often say instead; empty where they are silent."""

    @property
    def precision(self) -> str:
        """Return how often the rule would be right, with the bounds."""
        return describe_share(self.right, self.labels)

    @property
    def gain(self) -> float:
        """Return how many more of the right labels the rules would say, as far as the newest tell."""
        return self.right * (1 - self.rules_right / self.asked)


def suggest_rules(
    labels: Iterable[KnownLabel],
    engine: RuleEngine,
    *,
    withdrawn: Mapping[int, frozenset[str]],
    limit: int,
) -> list[RuleSuggestion]:
    """Return the rules that labels ask for, what gains most first; the labels come newest first.

    The merchants with most labels are asked about first, until there are `limit` rules.

    At least 5 labels of at least 2 users, 90 % of them of one category that the client has not withdrawn,
    and the rules silent about most of the newest, or saying another category.
    """
    by_merchant: defaultdict[tuple[int, str], list[KnownLabel]] = defaultdict(list)
    for label in labels:
        by_merchant[label.transaction.client_id, label.transaction.merchant].append(label)
    worth_asking = sorted(filter(_is_enough, by_merchant.values()), key=len, reverse=True)
    asked = (_suggest(known, engine, withdrawn) for known in worth_asking)
    found = list(islice((one for one in asked if one is not None), limit))
    return sorted(found, key=lambda one: (-one.gain, one.client_id, one.merchant))


def _is_enough(known: Sequence[KnownLabel]) -> bool:
    users = {label.transaction.user_id for label in known} - {""}
    return len(known) >= MIN_LABELS and len(users) >= MIN_USERS and _names_a_merchant(known)


def _names_a_merchant(known: Sequence[KnownLabel]) -> bool:
    try:
        check_pattern("merchant", known[0].transaction.merchant)
    except InvalidPattern:
        return False
    return True


def _suggest(
    known: Sequence[KnownLabel], engine: RuleEngine, withdrawn: Mapping[int, frozenset[str]]
) -> RuleSuggestion | None:
    gone = withdrawn.get(known[0].transaction.client_id, frozenset())
    (category, right), *_ = Counter(label.category for label in known).most_common(1)
    if right < MIN_SHARE * len(known) or category in gone:
        return None
    asked = known[:ASKED]
    said = [_said(engine, label.transaction, gone) for label in asked]
    rules_right = said.count(category)
    if 2 * rules_right >= len(asked):
        return None
    agreeing = [label for label in known if label.category == category]
    return RuleSuggestion(
        client_id=known[0].transaction.client_id,
        merchant=known[0].transaction.merchant,
        category=category,
        transaction_id=agreeing[0].transaction_id,
        labels=len(known),
        right=right,
        users=len({label.transaction.user_id for label in known} - {""}),
        corrections=sum(label.is_correction for label in agreeing),
        asked=len(asked),
        rules_right=rules_right,
        rules_say=Counter(answer for answer in said if answer != category).most_common(1)[0][0],
    )


def _said(engine: RuleEngine, transaction: RuleInput, withdrawn: frozenset[str]) -> str:
    return next(
        (rule.category for rule in engine.applying(transaction) if rule.category not in withdrawn), ""
    )
