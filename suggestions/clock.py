"""The database's clock: hosts' clocks differ, and how long a step has lasted must not."""

from datetime import UTC, datetime

from django.db import connection


def database_now() -> datetime:
    """Return the time by the clock that writes the times of changes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        now: datetime | str = cursor.fetchone()[0]
    # SQLite has no type for times: it writes them in UTC, without saying so.
    return now if isinstance(now, datetime) else datetime.fromisoformat(now).replace(tzinfo=UTC)
