"""Give every test run a real PostgreSQL and Redis: those of the environment, else its own.

A plugin (`-p tests.servers`), because settings are read before any conftest.py.
"""

import atexit
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lmsuggest.local.processes import Program, end, spawn
from lmsuggest.local.servers import find_free_port, prepare_postgres, prepare_redis

READY_WITHIN_SECONDS = 30.0
_running: list[tuple[subprocess.Popen[bytes], Program]] = []
_folders: list[Path] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Set the environment before pytest-django reads the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        # Each worker has a database of its own in PostgreSQL (pytest-django's doing) and in Redis (ours).
        address = urlsplit(os.environ["REDIS_URL"])
        number = int(address.path.strip("/") or 0) + 1 + int(worker.removeprefix("gw"))
        os.environ["REDIS_URL"] = address._replace(path=f"/{number}").geturl()
    else:
        _set_environment()
    return (yield)


def pytest_unconfigure() -> None:
    """Stop what this process started."""
    stop()


def stop() -> None:
    """Stop the servers, the last one first, and remove their data; a second call does nothing."""
    while _running:
        end(*_running.pop())
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)


def _set_environment() -> None:
    atexit.register(stop)
    folder = Path(tempfile.mkdtemp(prefix="lmsuggest-tests-"))
    folder.chmod(0o711)  # as root, PostgreSQL runs as another user and has to pass
    _folders.append(folder)
    os.environ |= {
        "DJANGO_SECRET_KEY": os.environ.get("DJANGO_SECRET_KEY") or secrets.token_urlsafe(50),
        "LMSUGGEST_INSECURE_HTTP": "1",
        "LMSUGGEST_ENV_FILE": "",
        "LMSUGGEST_HOME": str(folder),
        # A busy machine holds its locks for long.
        "DATABASE_LOCK_TIMEOUT": "60s",
        "DATABASE_STATEMENT_TIMEOUT": "90s",
        "OMP_NUM_THREADS": "1",
    }
    for name in ("PROMETHEUS_MULTIPROC_DIR", "SUGGEST_USE_MODEL_CANARY", "METRICS_TOKEN", "DJANGO_DEBUG"):
        os.environ.pop(name, None)
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = _start_redis(folder)
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = _start_postgres(folder)


def _start_postgres(folder: Path) -> str:
    server = prepare_postgres(folder, port=find_free_port(), password=secrets.token_urlsafe(16))
    if server.data.parent != folder:
        _folders.append(server.data.parent)
    _start(server.program(durable=False), server.is_ready, folder)
    return server.url()


def _start_redis(folder: Path) -> str:
    server = prepare_redis(
        folder / "redis", port=find_free_port(), password=secrets.token_urlsafe(16), durable=False
    )
    _start(server.program(), server.is_ready, folder)
    return server.url()


def _start(program: Program, is_ready: Callable[[], bool], folder: Path) -> None:
    log = folder / f"{program.name}.log"
    with log.open("wb") as output:
        process = spawn(program, stdout=output.fileno())
    _running.append((process, program))
    over_at = time.monotonic() + READY_WITHIN_SECONDS
    while not is_ready():
        if process.poll() is not None or time.monotonic() > over_at:
            raise pytest.UsageError(f"{program.name} did not start:\n{log.read_text()}")
        time.sleep(0.02)
