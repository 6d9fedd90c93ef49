"""Which categories a client may be suggested, and which it has withdrawn."""

from collections import defaultdict

from suggestions.domain.rules.engine import RuleEngine
from suggestions.models import Category


def categories_of(client_id: int, engine: RuleEngine) -> tuple[frozenset[str], frozenset[str]]:
    """Return the categories a client may be suggested, its own and its rules', and those it has withdrawn."""
    own = dict(Category.objects.filter(client_id=client_id).values_list("name", "is_active"))
    withdrawn = frozenset(name for name, is_active in own.items() if not is_active)
    return (engine.categories(client_id) | own.keys()) - withdrawn, withdrawn


def withdrawn_categories(client_id: int | None = None) -> dict[int, frozenset[str]]:
    """Return the inactive categories by client; of all clients for None."""
    inactive = Category.objects.filter(is_active=False).order_by()
    if client_id is not None:
        inactive = inactive.filter(client_id=client_id)
    names: defaultdict[int, set[str]] = defaultdict(set)
    for owner, name in inactive.values_list("client_id", "name"):
        names[owner].add(name)
    return {owner: frozenset(found) for owner, found in names.items()}
