"""Fixtures for every test; those of one part stand in that part's own conftest.py."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

NO_TRUNCATE = {
    "audit_auditentry": "audit_entry_no_truncate",
    "audit_audithead": "audit_head_no_truncate",
}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    # After a test with transaction=True all tables are truncated, which the audit log refuses otherwise.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table, trigger in NO_TRUNCATE.items():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    yield
    # A thread that outlived its test may still be connected, and would keep the database from being dropped.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
