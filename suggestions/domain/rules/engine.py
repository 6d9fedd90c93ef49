"""The rule engine: which categories the rules propose for a transaction, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from suggestions.domain.rules.merchants import MerchantIndex
from suggestions.domain.rules.patterns import (
    MAX_TEXT,
    InvalidPattern,
    PatternSet,
    WordIndex,
    check_pattern,
    cut_words,
    split_words,
    to_searchable,
)

__all__ = [
    "InvalidPattern",
    "RuleCandidate",
    "RuleEngine",
    "RuleInput",
    "RuleMatch",
    "RuleSpec",
    "check_pattern",
    "precedence",
    "scope_of",
]

# How much a rule is trusted, by whom it was written for and how. Fixed by convention, no measured
# probabilities: they order candidates for people and must not be compared with a model's confidence.
_CONFIDENCE: Final = {
    ("user", "merchant"): 0.97,
    ("user", "literal"): 0.95,
    ("user", "re2"): 0.95,
    ("client", "merchant"): 0.93,
    ("client", "literal"): 0.90,
    ("client", "re2"): 0.88,
    ("global", "merchant"): 0.85,
    ("global", "literal"): 0.80,
    ("global", "re2"): 0.75,
}
_SCOPES: Final = ("user", "client", "global")
_MAX_QUOTE: Final = 60


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """One active rule."""

    id: int
    name: str
    kind: Literal["literal", "merchant", "re2"]
    pattern: str
    category: str
    priority: int
    sign: Literal["any", "in", "out"]
    amount_min: Decimal | None
    """Smallest amount without its sign, inclusive; None for no limit."""
    amount_max: Decimal | None
    """Largest amount without its sign, inclusive; None for no limit."""
    client_id: int | None
    """None: for every client."""
    user_id: str
    """Empty: for every end user."""


@dataclass(frozen=True, slots=True)
class RuleInput:
    """One transaction as rules see it: they read its description, never its memo, which is free text."""

    client_id: int
    user_id: str
    description: str
    amount: Decimal
    merchant: str = ""
    """The key of the description where it is known already; empty: it is made from the description."""


@dataclass(frozen=True, slots=True)
class RuleCandidate:
    """One category a rule proposes."""

    category: str
    confidence: float
    """In 0…1: how much a rule of this scope is trusted by convention; not a probability."""
    reason: str
    rule_id: int


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """One rule that applies to a transaction, with what it proposes."""

    rule: RuleSpec
    candidate: RuleCandidate


@dataclass(frozen=True, slots=True)
class _Found:
    """The places in the engine of the rules whose patterns are found in a text, in any scope."""

    text: str
    searchable: str
    places: dict[int, tuple[int, int]]
    merchants: dict[int, str]
    numbers: list[int]
    """All of them, the best first."""


class RuleEngine:
    """Rules compiled once: immutable, and safe to share between threads.

    The best rule is the one for the user, then for the client, then for all; then the highest priority, a
    merchant before a part of the text, the longest pattern, the lowest id. A rule whose pattern is invalid is
    left out and listed in `refused`.
    """

    def __init__(self, rules: Sequence[RuleSpec]) -> None:
        valid, self.refused = _part_invalid(rules)
        self._rules = tuple(sorted(valid, key=precedence))
        numbered = list(enumerate(self._rules))
        self._words = WordIndex((n, rule.pattern) for n, rule in numbered if rule.kind == "literal")
        self._merchants = MerchantIndex((n, rule.pattern) for n, rule in numbered if rule.kind == "merchant")
        self._patterns = PatternSet([(n, rule.pattern) for n, rule in numbered if rule.kind == "re2"])
        self._everyones = frozenset(rule.category for rule in self._rules if rule.client_id is None)

    def candidates(self, transaction: RuleInput, *, top_k: int) -> list[RuleCandidate]:
        """Return at most top_k categories, best first, each once; empty when no rule applies."""
        found = self._find(transaction)
        best: dict[str, RuleCandidate] = {}
        for number in found.numbers:
            if len(best) >= top_k:
                break
            rule = self._rules[number]
            if rule.category not in best and _applies(rule, transaction):
                best[rule.category] = _to_candidate(rule, self._quote(found, number))
        return list(best.values())

    def applying(self, transaction: RuleInput) -> list[RuleSpec]:
        """Return every rule that applies, the best first, those of one category alike."""
        rules = (self._rules[number] for number in self._find(transaction).numbers)
        return [rule for rule in rules if _applies(rule, transaction)]

    def matches(self, transaction: RuleInput) -> list[RuleMatch]:
        """Return every rule that applies with what it matched, the best first; for people."""
        found = self._find(transaction)
        return [
            RuleMatch(rule, _to_candidate(rule, self._quote(found, number)))
            for number in found.numbers
            if _applies(rule := self._rules[number], transaction)
        ]

    def rule(self, rule_id: int | None) -> RuleSpec | None:
        """Return the rule with this id; None where there is none that is active and valid."""
        return next((rule for rule in self._rules if rule.id == rule_id), None)

    def categories(self, client_id: int) -> frozenset[str]:
        """Return every category some rule could propose to this client."""
        return self._everyones | {rule.category for rule in self._rules if rule.client_id == client_id}

    def _find(self, transaction: RuleInput) -> _Found:
        text = transaction.description[:MAX_TEXT]
        places = self._words.find(split_words(text))
        merchants = self._merchants.find(text, key=transaction.merchant)
        searchable = to_searchable(text)
        numbers = sorted([*places, *merchants, *self._patterns.find(searchable)])
        return _Found(text, searchable, places, merchants, numbers)

    def _quote(self, found: _Found, number: int) -> str:
        if number in found.merchants:
            return found.merchants[number]
        if number in found.places:
            return cut_words(found.text, *found.places[number])
        return self._patterns.cut(number, found.searchable)


def scope_of(rule: RuleSpec) -> str:
    """Return for whom the rule was written: "user", "client" or "global"."""
    if rule.user_id:
        return "user"
    return "global" if rule.client_id is None else "client"


def precedence(rule: RuleSpec) -> tuple[int, int, bool, int, int]:
    """Return the rule's place among others: the smallest comes first."""
    length = len(" ".join(rule.pattern.split()))
    return _SCOPES.index(scope_of(rule)), -rule.priority, rule.kind != "merchant", -length, rule.id


def _part_invalid(rules: Sequence[RuleSpec]) -> tuple[list[RuleSpec], tuple[tuple[int, str], ...]]:
    valid: list[RuleSpec] = []
    refused: list[tuple[int, str]] = []
    for rule in rules:
        try:
            check_pattern(rule.kind, rule.pattern)
        except InvalidPattern as error:
            refused.append((rule.id, str(error)))
        else:
            valid.append(rule)
    return valid, tuple(refused)


def _applies(rule: RuleSpec, transaction: RuleInput) -> bool:
    return _is_in_scope(rule, transaction) and _is_in_range(rule, transaction.amount)


def _is_in_scope(rule: RuleSpec, transaction: RuleInput) -> bool:
    if rule.client_id is not None and rule.client_id != transaction.client_id:
        return False
    return rule.user_id in ("", transaction.user_id)


def _is_in_range(rule: RuleSpec, amount: Decimal) -> bool:
    if (rule.sign == "in" and amount <= 0) or (rule.sign == "out" and amount >= 0):
        return False
    size = abs(amount)
    if rule.amount_min is not None and size < rule.amount_min:
        return False
    return rule.amount_max is None or size <= rule.amount_max


def _to_candidate(rule: RuleSpec, matched: str) -> RuleCandidate:
    quote = matched if len(matched) <= _MAX_QUOTE else matched[: _MAX_QUOTE - 1] + "…"
    return RuleCandidate(
        category=rule.category,
        confidence=_CONFIDENCE[scope_of(rule), rule.kind],
        reason=f'rule "{rule.name}" matched "{quote}"',
        rule_id=rule.id,
    )
