"""Fixtures for every test; those of one part stand in that part's own conftest.py."""

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

NO_TRUNCATE = {
    "audit_auditentry": "audit_entry_no_truncate",
    "audit_audithead": "audit_head_no_truncate",
}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    # After a test with transaction=True all tables are truncated, which the audit log refuses otherwise.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table, trigger in NO_TRUNCATE.items():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
