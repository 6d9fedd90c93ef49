"""Tell the audit log of each change of a rule."""

from typing import Final

from django.contrib.auth.models import User

from audit import log
from suggestions.models import Rule

_PLAIN: Final = (
    "name",
    "kind",
    "pattern",
    "category",
    "priority",
    "sign",
    "client_id",
    "user_id",
    "is_active",
)
_AMOUNTS: Final = ("amount_min", "amount_max")
FACTS: Final = (*_PLAIN, *_AMOUNTS)
"""What the log keeps of a rule, by the names of its columns."""
SUBJECT: Final = "rule "
"""What the subject of an entry about a rule begins with; the rule's id follows."""


def subject_of(rule_id: int) -> str:
    """Return what an entry about a rule is about."""
    return f"{SUBJECT}{rule_id}"


def rule_of(subject: str) -> int | None:
    """Return the id of the rule that an entry is about; None where it is about something else."""
    number = subject.removeprefix(SUBJECT)
    return int(number) if number != subject and number.isdecimal() else None


def record_rule(
    before: Rule | None, after: Rule | None, *, by: User | None, origin: log.Origin, reason: str = ""
) -> None:
    """Record a rule that was added (no before), changed, or deleted (no after), as the table has it.

    A rule that was saved as it was is no change. Call it last in the transaction of the change.

    Raises:
        LogUnavailable: the log cannot be written; let the transaction fail.
    """
    old, new = to_facts(before), to_facts(after)
    rule = after or before
    if rule is None or old == new:
        return
    log.record(
        log.Kind.RULE,
        subject=subject_of(rule.pk),
        actor=log.name_of(by),
        origin=origin,
        reason=reason,
        before=old,
        after=new,
    )


def to_facts(rule: Rule | None) -> dict[str, object]:
    """Return what the log keeps of a rule; {} for None."""
    if rule is None:
        return {}
    amounts = {name: getattr(rule, name) for name in _AMOUNTS}
    return {name: getattr(rule, name) for name in _PLAIN} | {
        name: None if amount is None else str(amount) for name, amount in amounts.items()
    }
