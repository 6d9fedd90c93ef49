"""Every version of a rule, as the audit log knows it, and the way back to an earlier one."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from audit import log
from audit.models import AuditEntry
from suggestions.domain.rules.engine import InvalidPattern, check_pattern
from suggestions.models import Rule
from suggestions.rules.log import FACTS, SUBJECT, record_rule, rule_of, subject_of

SHOWN: Final = 50
_NOTHING_LEFT: Final = '"after":{}'
"""How the content of an entry says that something was deleted; within a text its quotes are escaped."""


class RevertRefused(Exception):
    """An earlier version cannot be restored; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value of a rule, from and to; None for an empty one."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One change of a rule, and whether what was before it can be restored."""

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


@dataclass(frozen=True, slots=True)
class Versions:
    """The latest changes, the latest first."""

    shown: tuple[RuleVersion, ...]
    is_cut: bool
    """There are older ones, which stand in the audit log alone."""


def read_versions(rule_id: int) -> Versions | None:
    """Return the newest changes of a rule; None where the log cannot be read."""
    try:
        return _read(_changes_of(rule_id))
    except log.LogUnreadable:
        # A rule has to be seen, and switched off, whatever has become of its log.
        return None


def deleted_rules() -> Versions | None:
    """Return the last deletion of each rule that is gone, by one query; None where the log cannot be read."""
    there = Rule.objects.values_list(Concat(Value(SUBJECT), Cast("pk", CharField())))
    deletions = AuditEntry.objects.filter(
        kind=log.Kind.RULE, subject__startswith=SUBJECT, content__contains=_NOTHING_LEFT
    ).exclude(subject__in=there)
    later = deletions.filter(subject=OuterRef("subject"), sequence__gt=OuterRef("sequence"))
    try:
        return _read(deletions.exclude(Exists(later)))
    except log.LogUnreadable:
        return None


def find_version(sequence: int) -> RuleVersion | None:
    """Return one change of a rule; None where the entry is missing or about something else.

    Raises:
        LogUnreadable: nobody can tell.
    """
    found = _read(AuditEntry.objects.filter(kind=log.Kind.RULE, sequence=sequence))
    return next(iter(found.shown), None)


def newest_change(rule_id: int) -> RuleVersion | None:
    """Return the last change of a rule; None where it was never changed.

    Raises:
        LogUnreadable: nobody can tell.
    """
    return next(iter(_read(_changes_of(rule_id)[:1]).shown), None)


def change_since(rule_id: int, moment: datetime) -> RuleVersion | None:
    """Return the first change of a rule after a moment; None where it was not changed since.

    Raises:
        LogUnreadable: nobody can tell.
    """
    later = _changes_of(rule_id).filter(recorded_at__gt=moment).order_by("sequence")
    return next(iter(_read(later[:1]).shown), None)


def revert(
    version: RuleVersion, *, by: User | None, origin: log.Origin, reason: str, newest: int | None = None
) -> Rule:
    """Write what was before a change as a new change; a rule that was deleted gets its id back.

    `newest` is the rule's last entry that its reader knew of; None: whatever it is.

    Raises:
        RevertRefused: there was nothing before it, it can be no rule any more, or it was changed meanwhile.
        LogUnavailable: the change cannot be logged, so it was not made.
        LogUnreadable: nobody can tell whether it was changed meanwhile, so nothing was done.
    """
    if not version.before:
        raise RevertRefused("There was no rule before it was added; delete or deactivate it instead.")
    with transaction.atomic():
        before = Rule.objects.select_for_update().filter(pk=version.rule_id).first()
        if newest is not None:
            _check_newest(version.rule_id, newest)
        rule = copy(before) if before else Rule(pk=version.rule_id)
        for name in FACTS:
            if name in version.before:
                setattr(rule, name, version.before[name])
        _check(rule)
        _save(rule, is_new=before is None)
        after = Rule.objects.get(pk=rule.pk)
        record_rule(before, after, by=by, origin=origin, reason=reason)
    return after


def _check_newest(rule_id: int, known: int) -> None:
    last = newest_change(rule_id)
    if last is None or last.sequence == known:
        return
    changes = ", ".join(f"{one.name} {_quoted(one.before)} → {_quoted(one.after)}" for one in last.changes)
    word = {"added": "restored", "deleted": "deleted"}.get(last.word, f"changed ({changes})")
    raise RevertRefused(
        f"Meanwhile, on {timezone.localtime(last.changed_at):%Y-%m-%d %H:%M}, {last.who} has {word} "
        "the rule. Look at what it is now; if you still want to go back, do so once more."
    )


def _quoted(value: object) -> str:
    return "–" if value is None else f"“{value}”"


def _save(rule: Rule, *, is_new: bool) -> None:
    try:
        with transaction.atomic():
            rule.save(force_insert=is_new)
    except IntegrityError as error:
        # Nothing else can collide: whatever a person can mend was checked before.
        raise RevertRefused("Somebody has restored it just now; look at what it is.") from error


def _check(rule: Rule) -> None:
    try:
        # Whether its id is taken is for the save to find out, which alone is sure of it.
        rule.full_clean(exclude={"id"})
        check_pattern(rule.kind, rule.pattern)
    except ValidationError as error:
        raise RevertRefused(" ".join(error.messages)) from error
    except InvalidPattern as error:
        raise RevertRefused(str(error)) from error


def _changes_of(rule_id: int) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(kind=log.Kind.RULE, subject=subject_of(rule_id))


def _read(entries: QuerySet[AuditEntry]) -> Versions:
    found = log.read_entries(entries[: SHOWN + 1])
    versions = (_to_version(entry) for entry in found[:SHOWN])
    return Versions(tuple(one for one in versions if one is not None), is_cut=len(found) > SHOWN)


def _to_version(entry: AuditEntry) -> RuleVersion | None:
    rule_id = rule_of(entry.subject)
    if rule_id is None:
        return None
    before, after = entry.before, entry.after
    return RuleVersion(
        sequence=entry.sequence,
        rule_id=rule_id,
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
