"""Rows of the audit log for tests, and the ways to forge them that the table's owner has."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from prometheus_client import REGISTRY

from audit.domain.chain import GENESIS, chain_hash, to_canonical
from audit.log import Kind, Origin, record
from audit.models import AuditEntry, AuditHead

START = datetime(2026, 3, 1, tzinfo=UTC)


def append(**overrides: Any) -> AuditEntry:
    parts: dict[str, Any] = {
        "subject": "rollout",
        "actor": "ada",
        "origin": Origin.ADMIN,
        "reason": "enough agreement",
        "before": {"percentage": 0.0},
        "after": {"percentage": 10.0},
    }
    return record(overrides.pop("kind", Kind.PERCENTAGE), **parts | overrides)


def sealed_entry(sequence: int, previous_hash: str) -> AuditEntry:
    entry = AuditEntry(
        sequence=sequence,
        kind="percentage",
        subject="rollout",
        actor="ada",
        origin="admin",
        reason=f"step {sequence}",
        recorded_at=START + timedelta(seconds=sequence, microseconds=sequence % 7),
        previous_hash=previous_hash,
    )
    parts = {"before": {}, "after": {"percentage": sequence / 100}, "evidence": {"bound": sequence / 7}}
    entry.content = to_canonical(entry.searched_columns() | parts)
    entry.hash = chain_hash(previous_hash, entry.content)
    return entry


def fill_log(count: int) -> None:
    entries = [sealed_entry(1, GENESIS)]
    for sequence in range(2, count + 1):
        entries.append(sealed_entry(sequence, entries[-1].hash))
    AuditEntry.objects.bulk_create(entries)
    with as_owner():
        AuditHead.objects.update(sequence=count, hash=entries[-1].hash)


@contextmanager
def as_owner() -> Iterator[None]:
    """Switch the triggers off, as only the owner of the tables can."""
    with connection.cursor() as cursor:
        for table in ("audit_auditentry", "audit_audithead"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in ("audit_auditentry", "audit_audithead"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def break_log() -> None:
    """Take the table away, so that nothing can be read or appended."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry RENAME TO moved_away")


def mend_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE moved_away RENAME TO audit_auditentry")


def failures_counted() -> float:
    return REGISTRY.get_sample_value("lm_audit_write_failures_total") or 0.0
