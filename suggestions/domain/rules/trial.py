"""What a rule would do to transactions that are known, before it is saved."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from suggestions.domain.intervals import describe_share
from suggestions.domain.rules.engine import RuleEngine, RuleInput, RuleSpec, precedence
from suggestions.domain.rules.weak_patterns import weaknesses_of

SHOWN: Final = 8
EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One transaction a rule is tried on."""

    transaction: RuleInput
    known_category: str
    """Empty where nobody has said it."""
    withdrawn: frozenset[str] = frozenset()
    """Categories that its client is not suggested any more."""


@dataclass(frozen=True, slots=True)
class TrialChange:
    """So many suggestions of the rules would become others."""

    before: str
    """Empty: the rules say nothing today."""
    after: str
    """Empty: they would say nothing any more."""
    count: int


@dataclass(frozen=True, slots=True)
class TrialConflict:
    """Another rule that says otherwise about the same transactions."""

    rule: RuleSpec
    count: int
    """Transactions that both match."""
    is_won: bool
    """The rule that is tried comes before it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying a rule; the lists are cut to the most frequent."""

    looked_at: int
    matched: int
    known: int
    """Of those matched: their category is known."""
    right: int
    """Of those known: it is the rule's category."""
    changed: int
    """Suggestions of the rules that would be others."""
    mended: int
    """Of those changed: right afterwards, not before."""
    spoiled: int
    """Of those changed: right before, not afterwards."""
    changes: tuple[TrialChange, ...]
    conflicts: tuple[TrialConflict, ...]
    examples: tuple[str, ...]
    """Descriptions it matches, each once."""
    warnings: tuple[str, ...]
    looked_at_before: int = 0
    """Further transactions, of where the saved rule applies: only what would change there is counted."""
    refusal: str = ""
    """Why the rule can match nothing at all, with what to do; empty where it can."""

    @property
    def precision(self) -> str:
        """Return how often it is right where that is known, with the bounds."""
        return describe_share(self.right, self.known)


def try_on(
    rows: Sequence[TrialRow],
    engine: RuleEngine,
    rule: RuleSpec,
    *,
    replaces: int | None,
    is_active: bool,
    rows_before: Sequence[TrialRow] = (),
) -> Trial:
    """Try a rule beside those of the engine, in the place of the one with the id `replaces`; None: a new one.

    `rows_before` are further transactions, of where the replaced rule applies and this one may not.

    An inactive rule matches as it would, and the suggestions are those without it.
    """
    alone = RuleEngine([rule])
    tally = _Tally(rule)
    for place, row in enumerate((*rows, *rows_before)):
        is_matched = bool(alone.applying(row.transaction))
        applying = engine.applying(row.transaction)
        others = [one for one in applying if one.id != replaces]
        after = sorted([rule, *others], key=precedence) if is_matched and is_active else others
        tally.add_answers(row, _answer(applying, row), _answer(after, row))
        if is_matched and place < len(rows):
            tally.add_match(row, others)
    found = tally.to_trial(len(rows))
    refusal = next((why for _, why in alone.refused), "")
    return replace(found, looked_at_before=len(rows_before), refusal=refusal)


def _answer(rules: Sequence[RuleSpec], row: TrialRow) -> str:
    return next((rule.category for rule in rules if rule.category not in row.withdrawn), "")


class _Tally:
    def __init__(self, rule: RuleSpec) -> None:
        self._rule = rule
        self._matched = self._known = self._right = self._mended = self._spoiled = 0
        self._changes: Counter[tuple[str, str]] = Counter()
        self._conflicts: Counter[RuleSpec] = Counter()
        self._examples: dict[str, None] = {}

    def add_match(self, row: TrialRow, others: Sequence[RuleSpec]) -> None:
        self._matched += 1
        self._known += bool(row.known_category)
        self._right += row.known_category == self._rule.category
        if self._rule.category not in row.withdrawn:
            suggested = (one for one in others if one.category not in row.withdrawn)
            self._conflicts.update(one for one in suggested if one.category != self._rule.category)
        if len(self._examples) < EXAMPLES:
            self._examples[row.transaction.description] = None

    def add_answers(self, row: TrialRow, before: str, after: str) -> None:
        if before == after:
            return
        self._changes[before, after] += 1
        self._mended += bool(row.known_category) and row.known_category == after
        self._spoiled += bool(row.known_category) and row.known_category == before

    def to_trial(self, looked_at: int) -> Trial:
        place = precedence(self._rule)
        return Trial(
            looked_at=looked_at,
            matched=self._matched,
            known=self._known,
            right=self._right,
            changed=self._changes.total(),
            mended=self._mended,
            spoiled=self._spoiled,
            changes=tuple(TrialChange(*pair, count) for pair, count in self._changes.most_common(SHOWN)),
            conflicts=tuple(
                TrialConflict(rule, count, place < precedence(rule))
                for rule, count in self._conflicts.most_common(SHOWN)
            ),
            examples=tuple(self._examples),
            warnings=tuple(weaknesses_of(self._rule.pattern, looked_at=looked_at, matched=self._matched)),
        )
