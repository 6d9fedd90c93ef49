"""Explain what the model answers to a stored transaction now; for people, and nothing is kept of it."""

from suggestions.client_categories import categories_of
from suggestions.models import Transaction
from suggestions.rules.cache import current_engine
from suggestions.serving.model_answers import Asked, Explanation, explain_answer


def explain_transaction(row: Transaction) -> Explanation:
    """Return the candidates among the categories that the row's client may be suggested.

    Raises:
        ModelUnavailable: there is no champion, or it cannot be asked.
    """
    categories, _ = categories_of(row.client_id, current_engine())
    return explain_answer(Asked.of(row), categories=categories)
