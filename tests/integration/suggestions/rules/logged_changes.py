"""Rules changed and deleted with their entries in the log, as the product does it."""

from typing import Any

from audit.log import Origin
from audit.models import AuditEntry
from suggestions.models import Rule
from suggestions.rules.history import (
    RuleVersion,
    read_versions,
    revert,
)
from suggestions.rules.log import record_rule
from tests.audit_rows import append


def change(rule: Rule, **values: Any) -> RuleVersion:
    before = Rule.objects.get(pk=rule.pk)
    Rule.objects.filter(pk=rule.pk).update(**values)
    record_rule(before, Rule.objects.get(pk=rule.pk), by=None, origin=Origin.COMMAND, reason="a test")
    return latest(rule.pk)


def delete(rule: Rule) -> RuleVersion:
    before, pk = Rule.objects.get(pk=rule.pk), rule.pk
    before.delete()
    record_rule(Rule(**kept(before) | {"pk": pk}), None, by=None, origin=Origin.COMMAND)
    return latest(pk)


def kept(rule: Rule) -> dict[str, Any]:
    names = (
        *("name", "kind", "pattern", "category", "priority", "sign", "user_id"),
        *("client_id", "is_active", "amount_min", "amount_max"),
    )
    return {name: getattr(rule, name) for name in names}


def latest(rule_id: int) -> RuleVersion:
    versions = read_versions(rule_id)
    assert versions
    return versions.shown[0]


def back(version: RuleVersion) -> Rule:
    return revert(version, by=None, origin=Origin.COMMAND, reason="it was better")


def fill_with_changes(rule: Rule, count: int) -> None:
    facts = {"name": rule.name, "kind": rule.kind, "pattern": rule.pattern, "category": rule.category}
    for number in range(count):
        append(
            kind=AuditEntry.Kind.RULE,
            subject=f"rule {rule.pk}",
            before=facts | {"priority": number},
            after=facts | {"priority": number + 1},
        )
