"""The compiled rules of this process, compiled once per version of the rule set."""

import sys
import threading
from typing import Any, Final

import structlog

from suggestions.domain.rules.engine import RuleEngine, RuleInput, RuleSpec
from suggestions.models import Rule, RuleSet, Transaction

UNSAVED: Final = sys.maxsize
"""The id of a rule that is not in the table yet: the newest of all."""

logger = structlog.get_logger(__name__)
_lock = threading.Lock()
_compiled: tuple[int, RuleEngine] | None = None


def current_engine() -> RuleEngine:
    """Return the engine of the current rules: one small query, and one more after a change of the rules."""
    global _compiled
    version = RuleSet.objects.filter(pk=1).values_list("version", flat=True).first() or 0
    compiled = _compiled
    if compiled is not None and compiled[0] == version:
        return compiled[1]
    with _lock:
        # Rules read now may already be newer than the version; then the next request compiles again.
        engine = RuleEngine(load_specs())
        for rule_id, reason in engine.refused:
            logger.warning("rule.refused", rule_id=rule_id, reason=reason)
        _compiled = (version, engine)
    return engine


def to_rule_input(row: Transaction) -> RuleInput:
    """Return the transaction as the rules see it."""
    return RuleInput(
        client_id=row.client_id,
        user_id=row.user_id,
        description=row.description,
        amount=row.amount,
    )


def to_spec(rule: Rule) -> RuleSpec:
    """Return a rule, saved or not, as the engine takes it; one without an id comes after its equals."""
    kinds: dict[str, Any] = {"kind": rule.kind, "sign": rule.sign}
    return RuleSpec(
        id=rule.pk or UNSAVED,
        name=rule.name,
        pattern=rule.pattern,
        category=rule.category,
        priority=rule.priority,
        amount_min=rule.amount_min,
        amount_max=rule.amount_max,
        client_id=rule.client_id,
        user_id=rule.user_id,
        **kinds,
    )


def forget_engine() -> None:
    """Compile anew on the next request; for tests, whose transactions are rolled back with their versions."""
    global _compiled
    _compiled = None


def load_specs() -> list[RuleSpec]:
    """Read the active rules."""
    return [to_spec(rule) for rule in Rule.objects.filter(is_active=True)]
