"""Fixtures for every test; those of one part stand in that part's own conftest.py."""

import importlib
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.db.models.signals import post_migrate
from pytest_django import DjangoDbBlocker

NO_TRUNCATE = {
    "audit_auditentry": "audit_entry_no_truncate",
    "audit_audithead": "audit_head_no_truncate",
}

mlmodels_0002 = importlib.import_module("mlmodels.migrations.0002_schedule")
mlmodels_0005 = importlib.import_module("mlmodels.migrations.0005_triggers")
suggestions_0013 = importlib.import_module("suggestions.migrations.0013_ramp_schedule")


def write_migrated_schedules(**_kwargs: object) -> None:
    mlmodels_0002.write_schedules(apps, None)
    mlmodels_0005.write_schedules(apps, None)
    suggestions_0013.write_schedule(apps, None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    connection.settings_dict["OPTIONS"]["connect_timeout"] = 30


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    # After a test with transaction=True all tables are truncated, which the audit log refuses otherwise.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table, trigger in NO_TRUNCATE.items():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    # It is followed by the signal of a migration, and the next test is to find what migrations wrote.
    post_migrate.connect(write_migrated_schedules, sender=apps.get_app_config("suggestions"))
    yield
    # A thread that outlived its test may still be connected, and would keep the database from being dropped.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
