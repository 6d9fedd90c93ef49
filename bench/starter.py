"""What the rules of a new installation answer, without a database."""

import importlib
import os
from typing import Any, Protocol

import django

from suggestions.domain.rules.engine import RuleEngine, RuleInput, RuleSpec
from suggestions.domain.transaction_row import TransactionRow


class RuleAnswers(Protocol):
    """The rules, asked for the best category alone."""

    def answer(self, row: TransactionRow) -> str | None:
        """Return the category of the best rule; None when none applies."""
        ...


class StarterRules:
    """The starter set, compiled once."""

    def __init__(self) -> None:
        self._engine = RuleEngine([_to_spec(number, rule) for number, rule in enumerate(_starter_rules())])

    def answer(self, row: TransactionRow) -> str | None:
        """Return the category of the best rule; None when none applies."""
        asked = RuleInput(0, row.user_id, row.description, row.memo, row.amount)
        candidates = self._engine.candidates(asked, top_k=1)
        return candidates[0].category if candidates else None


def _starter_rules() -> Any:
    # The set is written in the words of a table, and tables can be imported only once Django is set up.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lmsuggest.settings")
    django.setup()
    return importlib.import_module("suggestions.starter_rules").starter_rules()


def _to_spec(number: int, rule: Any) -> RuleSpec:
    return RuleSpec(
        id=number,
        name=rule.name,
        kind=rule.kind.value,
        pattern=rule.pattern,
        category=rule.category,
        priority=rule.priority,
        sign=rule.sign.value,
        amount_min=rule.amount_min,
        amount_max=None,
        client_id=None,
        user_id="",
    )
