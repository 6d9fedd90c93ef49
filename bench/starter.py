"""What the rules of a new installation answer, without a database."""

import importlib
import os
from typing import Protocol

import django

from suggestions.domain.rules.engine import RuleEngine, RuleInput
from suggestions.domain.transaction_row import TransactionRow


class RuleAnswers(Protocol):
    """The rules, asked for the best category alone."""

    def answer(self, row: TransactionRow) -> str | None:
        """Return the category of the best rule; None when none applies."""
        ...


class StarterRules:
    """The starter set, compiled once."""

    def __init__(self) -> None:
        self._engine = _compiled()

    def answer(self, row: TransactionRow) -> str | None:
        """Return the category of the best rule; None when none applies."""
        asked = RuleInput(0, row.user_id, row.description, row.amount)
        candidates = self._engine.candidates(asked, top_k=1)
        return candidates[0].category if candidates else None


def _compiled() -> RuleEngine:
    # The set is written in the words of a table, and tables can be imported only once Django is set up.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lmsuggest.settings")
    django.setup()
    rules = importlib.import_module("suggestions.rules.starter").starter_rules()
    to_spec = importlib.import_module("suggestions.rules.cache").to_spec
    return RuleEngine([to_spec(rule) for rule in rules])
