"""The head of the chain: made with the tables, and made again only on a person's word."""

from typing import Final

from django.db import connection, transaction

from audit.domain.chain import Head, Problem, verify
from audit.log import Kind, Origin, record
from audit.models import AuditEntry, AuditHead
from audit.verifying import stored_entries

THERE: Final = "The log has its head; nothing was changed."


class HeadNotRestored(Exception):
    """The head is there, or the entries do not hold together without it."""


def ensure_head(**_kwargs: object) -> None:
    """Make the head of an empty log; one that was lost beside entries is for a person to restore."""
    if AuditHead._meta.db_table not in connection.introspection.table_names():
        return  # migrated back to before the log
    if not AuditEntry.objects.exists():
        AuditHead.objects.get_or_create(pk=1)


def restore_head(*, reason: str) -> AuditEntry:
    """Make a lost head again from the last entry, and record that.

    Raises:
        HeadNotRestored: there is a head, or an entry before does not fit.
        LogUnavailable: the log cannot be written.
    """
    with transaction.atomic():
        if AuditHead.objects.exists():
            raise HeadNotRestored(THERE)
        last = AuditEntry.objects.first()
        head = Head(last.sequence, last.hash) if last else AuditHead().to_value()
        problem = verify(stored_entries(head.sequence), head)
        if problem is not None:
            raise HeadNotRestored(_refusal(problem))
        _, is_new = AuditHead.objects.get_or_create(
            pk=1, defaults={"sequence": head.sequence, "hash": head.hash}
        )
        if not is_new:
            raise HeadNotRestored(THERE)
        return record(
            Kind.LOG,
            subject="head",
            actor="",
            origin=Origin.COMMAND,
            reason=reason,
            before={},
            after={"sequence": head.sequence, "hash": head.hash},
        )


def _refusal(problem: Problem) -> str:
    return f"The entries do not hold together: {problem.detail}. Bring the table back from a backup first."
