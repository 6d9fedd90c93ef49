"""Let somebody else in between two statements, on a connection of their own as another process has."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection

Act = Callable[[], Any]
IsMoment = Callable[[int, str], bool]
"""Whether a statement is the one to wait before, by its number from 1 on and its SQL."""


@contextmanager
def somebody_else() -> Iterator[Callable[[Act], "Future[Any]"]]:
    """Give what starts an act in another thread; at the end it has been done."""

    def on_own_connection(act: Act) -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        yield lambda act: pool.submit(on_own_connection, act)


def done_elsewhere(act: Act) -> Any:
    """Do it on another connection, and return what it returns."""
    with somebody_else() as start:
        return start(act).result()


@contextmanager
def let_in(act: Act, before: IsMoment) -> Iterator[list[Any]]:
    """Have it done elsewhere once, before one of this connection's statements; give what it returned."""
    returned: list[Any] = []
    statements: list[str] = []

    def let_another_in(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE")):
            statements.append(sql)
        if not returned and before(len(statements), sql):
            returned.append(done_elsewhere(act))
        return execute(sql, *rest)

    with connection.execute_wrapper(let_another_in):
        yield returned


def before_insert_into(table: str) -> IsMoment:
    """Mean the moment before a row is written."""
    return lambda _number, sql: sql.startswith(f'INSERT INTO "{table}"')


def wait_until_waited_for() -> None:
    """Return as soon as another connection waits for a lock of this one."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone():
                return
        time.sleep(0.005)
    raise AssertionError("nobody waits")
