"""The rule engine: which categories the rules propose for a transaction, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from suggestions.domain.merchants import MerchantIndex
from suggestions.domain.patterns import (
    MAX_TEXT,
    InvalidPattern,
    PatternSet,
    WordIndex,
    check_pattern,
    cut_words,
    split_words,
    to_searchable,
)

__all__ = ["InvalidPattern", "RuleCandidate", "RuleEngine", "RuleInput", "RuleSpec", "check_pattern"]

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
    memo: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class RuleCandidate:
    """One category a rule proposes."""

    category: str
    confidence: float
    """In 0…1: how much a rule of this scope is trusted by convention; not a probability."""
    reason: str
    rule_id: int


class RuleEngine:
    """Rules compiled once: immutable, and safe to share between threads.

    The best rule is the one for the user, then for the client, then for all; then the highest priority, a
    merchant before a part of the text, the longest pattern, the lowest id. A rule whose pattern is invalid is
    left out and listed in `refused`.
    """

    def __init__(self, rules: Sequence[RuleSpec]) -> None:
        valid, self.refused = _part_invalid(rules)
        self._rules = tuple(sorted(valid, key=_precedence))
        numbered = list(enumerate(self._rules))
        self._words = WordIndex((n, rule.pattern) for n, rule in numbered if rule.kind == "literal")
        self._merchants = MerchantIndex((n, rule.pattern) for n, rule in numbered if rule.kind == "merchant")
        self._patterns = PatternSet([(n, rule.pattern) for n, rule in numbered if rule.kind == "re2"])
        self._everyones = frozenset(rule.category for rule in self._rules if rule.client_id is None)

    def candidates(self, transaction: RuleInput, *, top_k: int) -> list[RuleCandidate]:
        """Return at most top_k categories, best first, each once; empty when no rule applies."""
        text = transaction.description[:MAX_TEXT]
        places = self._words.find(split_words(text))
        merchants = self._merchants.find(text)
        searchable = to_searchable(text)
        numbers = [*places, *merchants, *self._patterns.find(searchable)]

        best: dict[str, RuleCandidate] = {}
        for number in sorted(numbers):
            if len(best) >= top_k:
                break
            rule = self._rules[number]
            if rule.category in best or not _applies(rule, transaction):
                continue
            if number in merchants:
                matched = merchants[number]
            elif number in places:
                matched = cut_words(text, *places[number])
            else:
                matched = self._patterns.cut(number, searchable)
            best[rule.category] = _to_candidate(rule, matched)
        return list(best.values())

    def categories(self, client_id: int) -> frozenset[str]:
        """Return every category some rule could propose to this client."""
        return self._everyones | {rule.category for rule in self._rules if rule.client_id == client_id}


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


def _scope(rule: RuleSpec) -> str:
    if rule.user_id:
        return "user"
    return "global" if rule.client_id is None else "client"


def _precedence(rule: RuleSpec) -> tuple[int, int, bool, int, int]:
    length = len(" ".join(rule.pattern.split()))
    return _SCOPES.index(_scope(rule)), -rule.priority, rule.kind != "merchant", -length, rule.id


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
        confidence=_CONFIDENCE[_scope(rule), rule.kind],
        reason=f'rule "{rule.name}" matched "{quote}"',
        rule_id=rule.id,
    )
