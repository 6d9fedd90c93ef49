"""Start a PostgreSQL of its own for the time of a benchmark, and the service's settings on it."""

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from lmsuggest.local.processes import end, spawn
from lmsuggest.local.servers import ServerBroken, find_free_port, prepare_postgres

READY_WITHIN_SECONDS = 30.0


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the address of an empty database; the server and its data are gone afterwards.

    Raises:
        ServerMissing: PostgreSQL is neither installed nor among our packages.
        ServerBroken: it does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="lmsuggest-bench-"))
    folder.chmod(0o711)  # as root, PostgreSQL runs as another user and has to pass
    server = prepare_postgres(folder, port=find_free_port(), password=secrets.token_urlsafe(16))
    program = server.program(durable=False)
    with (folder / "postgres.log").open("wb") as log:
        process = spawn(program, stdout=log.fileno())
    try:
        over_at = time.monotonic() + READY_WITHIN_SECONDS
        while not server.is_ready():
            if process.poll() is not None or time.monotonic() > over_at:
                raise ServerBroken(f"PostgreSQL did not start:\n{(folder / 'postgres.log').read_text()}")
            time.sleep(0.05)
        server.create_database()
        yield server.url()
    finally:
        end(process, program)
        for place in {folder, server.data.parent}:
            shutil.rmtree(place, ignore_errors=True)


def set_up(address: str) -> None:
    """Let this process be the service on that database; its tables can be imported from here on."""
    os.environ |= {
        "DATABASE_URL": address,
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "DJANGO_SETTINGS_MODULE": "lmsuggest.settings",
        "LMSUGGEST_ENV_FILE": "",
        "LMSUGGEST_INSECURE_HTTP": "1",
        "LOG_LEVEL": "ERROR",
    }
    django.setup()
