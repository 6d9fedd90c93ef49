"""Both databases themselves refuse to change or remove what was logged."""

from collections.abc import Callable, Iterator

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from pytest_django import DjangoDbBlocker

from audit.domain.chain import GENESIS
from audit.models import AuditEntry, AuditHead
from tests.audit_rows import sealed_entry
from tests.conftest import NO_TRUNCATE


@pytest.fixture
def sqlite(django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database in memory with the tables of the log alone, made by its migrations."""
    alias = "lite"
    connections.settings[alias] = connections.settings["default"] | {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {},
    }
    with django_db_blocker.unblock():
        MigrationExecutor(connections[alias]).migrate([("audit", "0002_append_only")])
        yield alias
        connections[alias].close()
    del connections[alias]
    del connections.settings[alias]


@pytest.fixture(params=["postgresql", "sqlite"])
def alias(request: pytest.FixtureRequest) -> str:
    """A log with two entries; the name of its database."""
    request.getfixturevalue("sqlite" if request.param == "sqlite" else "db")
    name = "lite" if request.param == "sqlite" else "default"
    first = sealed_entry(1, GENESIS)
    for entry in (first, sealed_entry(2, first.hash)):
        entry.save(using=name, force_insert=True)
    AuditHead.objects.using(name).get_or_create(pk=1)
    return name


def execute(alias: str, statement: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)


ATTEMPTS: dict[str, Callable[[str], object]] = {
    "update by the ORM": lambda alias: AuditEntry.objects.using(alias).update(reason="a better one"),
    "save by the ORM": lambda alias: AuditEntry.objects.using(alias).earliest("sequence").save(),
    "delete by the ORM": lambda alias: AuditEntry.objects.using(alias).filter(pk=2).delete(),
    "update by SQL": lambda alias: execute(
        alias, "UPDATE audit_auditentry SET hash = 'x' WHERE sequence = 1"
    ),
    "delete by SQL": lambda alias: execute(alias, "DELETE FROM audit_auditentry"),
    "head removed": lambda alias: execute(alias, "DELETE FROM audit_audithead"),
    "head set back": lambda alias: execute(alias, "UPDATE audit_audithead SET sequence = sequence - 1"),
    "head overwritten": lambda alias: execute(alias, "UPDATE audit_audithead SET hash = 'x'"),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_database__change_of_what_was_logged__is_refused(
    alias: str, attempt: Callable[[str], object]
) -> None:
    before = list(AuditEntry.objects.using(alias).values_list())

    with pytest.raises(IntegrityError, match="append only"), transaction.atomic(using=alias):
        attempt(alias)

    assert list(AuditEntry.objects.using(alias).values_list()) == before
    assert AuditHead.objects.using(alias).get().sequence == 0


@pytest.mark.django_db
@pytest.mark.parametrize("table", NO_TRUNCATE)
def test_postgresql__truncate__is_refused(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {NO_TRUNCATE[table]}")

    with pytest.raises(IntegrityError, match="TRUNCATE of audit_"), transaction.atomic():
        execute("default", f"TRUNCATE {table}")


@pytest.mark.parametrize("table", ["audit_auditentry", "audit_audithead"])
def test_sqlite__insert_or_replace__is_refused(sqlite: str, table: str) -> None:
    sealed_entry(1, GENESIS).save(using=sqlite, force_insert=True)
    AuditHead.objects.using(sqlite).get_or_create(pk=1)

    with pytest.raises(IntegrityError, match="append only"):
        execute(sqlite, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608  # two fixed names


def test_sqlite__entry_read_back__hashes_as_it_was_written(sqlite: str) -> None:
    written = sealed_entry(1, GENESIS)
    written.save(using=sqlite, force_insert=True)

    read = AuditEntry.objects.using(sqlite).get()

    assert read.to_stored() == written.to_stored()


def test_migrations__backwards_and_forwards__work_on_sqlite(sqlite: str) -> None:
    for name in ("0001_initial", "0002_append_only"):
        MigrationExecutor(connections[sqlite]).migrate([("audit", name)])

    sealed_entry(1, GENESIS).save(using=sqlite, force_insert=True)
    with pytest.raises(IntegrityError, match="append only"):
        execute(sqlite, "DELETE FROM audit_auditentry")
