"""Append to the log, and read it: one entry for each thing decided, in the transaction that decides it."""

from collections.abc import Mapping
from typing import Final, NotRequired, TypedDict, Unpack

import structlog
from django.contrib.auth.models import AnonymousUser, User
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.domain.chain import InvalidEntry, chain_hash, to_canonical
from audit.metrics import WRITE_FAILURES
from audit.models import LONGEST_REASON, AuditEntry, AuditHead

logger = structlog.get_logger(__name__)

Kind = AuditEntry.Kind
Origin = AuditEntry.Origin

NO_HEAD: Final = (
    "the audit log has lost its head, so nothing can be appended; run `manage.py audit verify`, then "
    "`manage.py audit restore-head`"
)
_READ: Final = ("sequence", "subject", "actor", "origin", "reason", "recorded_at", "content")
NO_REASON: Final = "a reason is required: it is what the next person will read in the log"


class LogUnavailable(Exception):
    """Nothing can be appended to the log, so what needs an entry must not be done."""


class LogUnreadable(Exception):
    """The log cannot be read; the text says what to do."""


class Parts(TypedDict):
    """What an entry says."""

    subject: str
    """What it is about, such as "rollout", "v12" or "rule 17"."""
    actor: str
    """The user's name, which survives the user; empty for a command and for the service itself."""
    origin: str
    """One of `Origin`."""
    reason: str
    before: Mapping[str, object]
    """What was the case; empty where there was nothing."""
    after: Mapping[str, object]
    """What is the case from now on; empty where nothing is left."""
    evidence: NotRequired[Mapping[str, object]]
    """What was known at that moment."""


def record(kind: Kind, **parts: Unpack[Parts]) -> AuditEntry:
    """Append an entry; call it last in the transaction of what it records.

    Raises:
        InvalidEntry: a part is no JSON, or a number in it is not finite.
        LogUnavailable: the log cannot be written; let the transaction fail.
    """
    try:
        with transaction.atomic():
            entry = _append(kind, parts)
    except DatabaseError as error:
        raise LogUnavailable(
            f"the audit log cannot be written ({type(error).__name__}), so nothing was changed; "
            "run `manage.py audit verify`"
        ) from error
    facts = {"sequence": entry.sequence, "kind": entry.kind, "hash": entry.hash}
    # Outside the database, where nobody who can edit the table can edit it too.
    transaction.on_commit(lambda: logger.info("audit.recorded", **facts))
    return entry


def record_or_report(kind: Kind, **parts: Unpack[Parts]) -> AuditEntry | None:
    """Append an entry for a roll back; a broken log never blocks it. None: not written."""
    try:
        return record(kind, **parts)
    except (LogUnavailable, InvalidEntry) as error:
        WRITE_FAILURES.inc()
        logger.error(
            "audit.write_failed",
            kind=str(kind),
            subject=parts["subject"],
            error=type(error.__cause__ or error).__name__,
        )
        return None


def read_entries(entries: QuerySet[AuditEntry]) -> list[AuditEntry]:
    """Return the entries that a query asks for; when it fails, the caller's transaction goes on.

    Raises:
        LogUnreadable: the query failed.
    """
    try:
        with transaction.atomic():
            return list(entries.only(*_READ))
    except DatabaseError as error:
        raise LogUnreadable("The audit log cannot be read; run `manage.py audit verify`.") from error


def name_of(user: User | AnonymousUser | None) -> str:
    """Return what stands in the log for a user; empty for a command and for the service itself."""
    return user.get_username() if user is not None else ""


def _append(kind: Kind, parts: Parts) -> AuditEntry:
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        raise LogUnavailable(NO_HEAD)
    entry = AuditEntry(
        sequence=head.sequence + 1,
        kind=kind.value,
        subject=parts["subject"],
        actor=parts["actor"],
        origin=Origin(parts["origin"]).value,
        reason=parts["reason"].strip()[:LONGEST_REASON],
        recorded_at=timezone.now(),
        previous_hash=head.hash,
    )
    details = {"before": parts["before"], "after": parts["after"], "evidence": parts.get("evidence", {})}
    entry.content = to_canonical(entry.searched_columns() | details)
    entry.hash = chain_hash(head.hash, entry.content)
    entry.save(force_insert=True)
    head.sequence, head.hash = entry.sequence, entry.hash
    head.save(update_fields=["sequence", "hash"])
    return entry
