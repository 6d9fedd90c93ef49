"""Compare a challenger with champion and rules on the transactions that all three were asked about."""

from dataclasses import dataclass

from django.db.models import Count, F, Q

from suggestions.evidence.known_category import outcome
from suggestions.models import ChallengerAnswer, Fallback, SuggestionEvent

NEWEST = 10_000
"""So many answers are compared unless told otherwise: enough to judge by, and always read in moments."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two gave the same category, of how often both gave one."""

    compared: int
    agreed: int

    @property
    def share(self) -> float | None:
        """Return the share; None where there was nothing to compare."""
        return self.agreed / self.compared if self.compared else None


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """What a challenger said beside one champion and the rules; all counts are of suggestions."""

    champion_id: int | None
    """None: no version was champion."""
    asked: int
    answered: int
    failed: int
    """It could not be asked or broke; the rest had nothing to say."""
    compared_with_champion: int
    agreed_with_champion: int
    compared_with_rules: int
    agreed_with_rules: int
    both_right: int
    """Of those whose true category became known later, and where neither failed; silence is not right."""
    only_champion: int
    only_challenger: int
    neither: int

    @property
    def with_champion(self) -> Agreement:
        """Return how it agreed with the champion."""
        return Agreement(self.compared_with_champion, self.agreed_with_champion)

    @property
    def with_rules(self) -> Agreement:
        """Return how it agreed with the rules."""
        return Agreement(self.compared_with_rules, self.agreed_with_rules)

    @property
    def known(self) -> int:
        """Return on how many the true category became known."""
        return self.both_right + self.only_champion + self.only_challenger + self.neither


_NO_FAILURES = ["", Fallback.LOW_CONFIDENCE, Fallback.LABEL_UNKNOWN]
_FAILED = ~Q(challenger_answer__failure__in=_NO_FAILURES)
_HAS_ANSWER = ~Q(challenger_answer__category="")
_CHAMPION_HAS = _HAS_ANSWER & ~Q(model_category="")
_RULES_HAVE = _HAS_ANSWER & ~Q(rule_category="")
_IS_KNOWN = ~Q(truth="")
_IS_RIGHT = _IS_KNOWN & Q(challenger_answer__category=F("truth"))
_IS_WRONG = _IS_KNOWN & ~Q(challenger_answer__category=F("truth"))
_CHAMPION_IS_RIGHT = Q(model_category=F("truth"))
# In the order of the fields.
_COUNTS = {
    "asked": Q(),
    "answered": _HAS_ANSWER,
    "failed": _FAILED,
    "compared_with_champion": _CHAMPION_HAS,
    "agreed_with_champion": _CHAMPION_HAS & Q(challenger_answer__category=F("model_category")),
    "compared_with_rules": _RULES_HAVE,
    "agreed_with_rules": _RULES_HAVE & Q(challenger_answer__category=F("rule_category")),
    "both_right": _IS_RIGHT & _CHAMPION_IS_RIGHT,
    "only_champion": _IS_WRONG & _CHAMPION_IS_RIGHT,
    "only_challenger": _IS_RIGHT & ~_CHAMPION_IS_RIGHT,
    "neither": _IS_WRONG & ~_CHAMPION_IS_RIGHT,
}


def compare_challenger(version_id: int, *, newest: int = NEWEST) -> list[ThreeWay]:
    """Compare a version's newest answers, one row for each champion they stood beside, the latest first."""
    answers = ChallengerAnswer.objects.filter(version_id=version_id).order_by("-event_id")
    # As a number, and said of both tables: the database then sees that it need not read them whole.
    first = answers.values_list("event_id", flat=True)[newest - 1 : newest].first() or 0
    rows = (
        SuggestionEvent.objects.filter(
            pk__gte=first, challenger_answer__event_id__gte=first, challenger_answer__version_id=version_id
        )
        .annotate(truth=outcome(unless=_FAILED), champion=F("model_version"))
        .values_list("champion")
        .annotate(**{name: Count("pk", filter=condition) for name, condition in _COUNTS.items()})
        .order_by(F("champion").desc(nulls_last=True))
    )
    return [ThreeWay(champion, *counts) for champion, *counts in rows]
