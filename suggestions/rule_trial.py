"""Try a rule on the newest transactions before it is saved; nothing is kept of it."""

from collections import defaultdict
from typing import Final

from suggestions.domain.rule_trial import Trial, TrialRow, try_on
from suggestions.domain.rules import RuleInput
from suggestions.models import Category, Rule, Transaction
from suggestions.rule_cache import current_engine, to_spec

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

    Three queries, and one more after a change of the rules, whatever the number of transactions.
    """
    rows = _rows(rule.client_id, looked_at)
    return try_on(rows, current_engine(), to_spec(rule), replaces=rule.pk, is_active=rule.is_active)


def withdrawn_categories(client_id: int | None = None) -> dict[int, frozenset[str]]:
    """Return what each client is not suggested any more; of one client or, for None, of all."""
    inactive = Category.objects.filter(is_active=False).order_by()
    if client_id is not None:
        inactive = inactive.filter(client_id=client_id)
    names: defaultdict[int, set[str]] = defaultdict(set)
    for owner, name in inactive.values_list("client_id", "name"):
        names[owner].add(name)
    return {owner: frozenset(found) for owner, found in names.items()}


def _rows(client_id: int | None, looked_at: int) -> list[TrialRow]:
    newest = Transaction.objects.order_by("-id")
    if client_id is not None:
        # By date: the order of the client's own index.
        newest = Transaction.objects.filter(client_id=client_id).order_by("-date", "-id")
    withdrawn = withdrawn_categories(client_id)
    nothing: frozenset[str] = frozenset()
    return [
        TrialRow(
            RuleInput(row.client_id, row.user_id, row.description, "", row.amount, row.merchant),
            row.known_category,
            withdrawn.get(row.client_id, nothing),
        )
        for row in newest.only(*_COLUMNS)[:looked_at]
    ]
