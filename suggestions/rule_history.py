"""Every version of a rule, as the audit log knows it, and the way back to an earlier one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from audit import log
from audit.models import AuditEntry
from suggestions.domain.rules import InvalidPattern, check_pattern
from suggestions.models import Rule
from suggestions.rule_log import FACTS, record_rule

SHOWN: Final = 50
SEARCHED: Final = 1_000
"""So many of the newest changes are searched for deleted rules."""
_SUBJECT: Final = "rule "
_CHOSEN: Final = ("sequence", "subject", "actor", "origin", "reason", "recorded_at", "content")


class RevertRefused(Exception):
    """An earlier version cannot be had again; the text says why."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value of a rule, from and to; None for an empty one."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One change of a rule, and whether what was before it can be had again."""

    sequence: int
    """Of its entry in the audit log."""
    rule_id: int
    changed_at: datetime
    who: str
    reason: str
    changes: tuple[FieldChange, ...]
    before: Mapping[str, Any]
    """Empty where the rule was added."""
    after: Mapping[str, Any]
    """Empty where the rule was deleted."""

    @property
    def word(self) -> str:
        """Say in one word what was done."""
        if not self.before:
            return "added"
        return "changed" if self.after else "deleted"

    @property
    def name(self) -> str:
        """Return the rule's name before the change, or the one it was added with."""
        return str((self.before or self.after).get("name", ""))


def read_versions(rule_id: int) -> list[RuleVersion] | None:
    """Return the newest changes of a rule, the latest first; None where the log cannot be read."""
    entries = AuditEntry.objects.filter(kind=log.Kind.RULE, subject=f"{_SUBJECT}{rule_id}")
    try:
        with transaction.atomic():
            return [version for entry in entries.only(*_CHOSEN)[:SHOWN] if (version := _to_version(entry))]
    except DatabaseError:
        # A rule has to be seen, and switched off, whatever has become of its log.
        return None


def deleted_rules() -> list[RuleVersion]:
    """Return the last deletion of each rule that is gone, the latest first; two queries."""
    entries = AuditEntry.objects.filter(kind=log.Kind.RULE, subject__startswith=_SUBJECT).only(*_CHOSEN)
    found: dict[int, RuleVersion] = {}
    for entry in entries[:SEARCHED]:
        version = _to_version(entry)
        if version is not None and version.before and not version.after:
            found.setdefault(version.rule_id, version)
    there = set(Rule.objects.filter(pk__in=found).values_list("pk", flat=True))
    return [version for version in found.values() if version.rule_id not in there][:SHOWN]


def find_version(sequence: int) -> RuleVersion | None:
    """Return one change of a rule; None where the entry is missing or about something else."""
    entry = AuditEntry.objects.filter(kind=log.Kind.RULE, sequence=sequence).first()
    return _to_version(entry) if entry else None


def revert(version: RuleVersion, *, by: User | None, origin: log.Origin, reason: str) -> Rule:
    """Write what was before a change as a new change; a rule that was deleted gets its id back.

    Raises:
        RevertRefused: there was nothing before it, or it can be no rule any more.
        LogUnavailable: the change cannot be logged, so it was not made.
    """
    if not version.before:
        raise RevertRefused("There was no rule before it was added; delete or deactivate it instead.")
    with transaction.atomic():
        before = Rule.objects.select_for_update().filter(pk=version.rule_id).first()
        rule = Rule.objects.filter(pk=version.rule_id).first() or Rule(pk=version.rule_id)
        for name in FACTS:
            if name in version.before:
                setattr(rule, name, version.before[name])
        _check(rule)
        rule.save()
        after = Rule.objects.get(pk=rule.pk)
        record_rule(before, after, by=by, origin=origin, reason=reason)
    return after


def _check(rule: Rule) -> None:
    try:
        rule.full_clean()
        check_pattern(rule.kind, rule.pattern)
    except ValidationError as error:
        raise RevertRefused(" ".join(error.messages)) from error
    except InvalidPattern as error:
        raise RevertRefused(str(error)) from error


def _to_version(entry: AuditEntry) -> RuleVersion | None:
    number = entry.subject.removeprefix(_SUBJECT)
    if number == entry.subject or not number.isdecimal():
        return None
    before, after = entry.before, entry.after
    return RuleVersion(
        sequence=entry.sequence,
        rule_id=int(number),
        changed_at=entry.recorded_at,
        who=entry.actor or entry.get_origin_display(),
        reason=entry.reason,
        changes=_changes(before, after),
        before=before,
        after=after,
    )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    pairs = ((name, _shown(before.get(name)), _shown(after.get(name))) for name in FACTS)
    return tuple(FieldChange(name, old, new) for name, old, new in pairs if old != new)


def _shown(value: object) -> object:
    return None if value == "" else value
