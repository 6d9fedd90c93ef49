"""Try a rule on the newest transactions before it is saved; nothing is kept of it."""

from typing import Final

from suggestions.client_categories import withdrawn_categories
from suggestions.domain.rules.engine import RuleInput
from suggestions.domain.rules.trial import Trial, TrialRow, try_on
from suggestions.models import Rule, Transaction
from suggestions.rules.cache import current_engine, to_spec

LOOKED_AT: Final = 5_000
_COLUMNS: Final = (
    "client_id",
    "user_id",
    "description",
    "amount",
    "merchant",
    "category",
    "feedback_category",
)


def try_rule(rule: Rule, *, looked_at: int = LOOKED_AT) -> Trial:
    """Try a rule, saved or not, on the newest transactions of its client, or of all for a shared rule.

    Where it is saved for another client, what would change is counted on the newest of those too.

    Three queries, and one more after a change of the rules, whatever the number of transactions; two more
    where it is saved for another client.
    """
    rows = _rows(rule.client_id, looked_at)
    engine = current_engine()
    saved = engine.rule(rule.pk)
    before = _rows(saved.client_id, looked_at) if saved and saved.client_id != rule.client_id else {}
    return try_on(
        list(rows.values()),
        engine,
        to_spec(rule),
        replaces=rule.pk,
        is_active=rule.is_active,
        rows_before=[row for pk, row in before.items() if pk not in rows],
    )


def _rows(client_id: int | None, looked_at: int) -> dict[int, TrialRow]:
    newest = Transaction.objects.order_by("-id")
    if client_id is not None:
        # By date: the order of the client's own index.
        newest = Transaction.objects.filter(client_id=client_id).order_by("-date", "-id")
    withdrawn = withdrawn_categories(client_id)
    nothing: frozenset[str] = frozenset()
    return {
        row.pk: TrialRow(
            RuleInput(row.client_id, row.user_id, row.description, row.amount, row.merchant),
            row.known_category,
            withdrawn.get(row.client_id, nothing),
        )
        for row in newest.only(*_COLUMNS)[:looked_at]
    }
