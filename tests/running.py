"""The service's real processes on a test's database."""

import http.client
import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from lmsuggest.local import application
from lmsuggest.local.processes import Program, end, spawn
from lmsuggest.local.servers import find_free_port

READY_WITHIN_SECONDS = 60.0


@dataclass(frozen=True)
class WebServer:
    """A web server under test."""

    port: int

    def send(self, method: str, path: str, body: object = None, *, key: str = "") -> tuple[int, Any]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Api-Key {key}"} if key else {})
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            wire.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = wire.getresponse()
            text = answer.read().decode()
        finally:
            wire.close()
        is_json = "json" in (answer.getheader("Content-Type") or "")
        return answer.status, json.loads(text) if is_json else text

    def scrape(self) -> dict[str, float]:
        """Return every series that Prometheus would read, with its value."""
        status, text = self.send("GET", "/metrics")
        assert status == 200
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def database_url() -> str:
    """Return the address of the test's own database."""
    is_ = connection.settings_dict
    return f"postgresql://{is_['USER']}:{is_['PASSWORD']}@{is_['HOST']}:{is_['PORT']}/{is_['NAME']}"


@contextmanager
def web_server(folder: Path, **environment: str) -> Iterator[WebServer]:
    """Run gunicorn until the block ends."""
    port = find_free_port()
    values = _environment(
        folder, PORT=str(port), PROMETHEUS_MULTIPROC_DIR=str(folder / f"metrics-{port}"), **environment
    )
    with _running(application.web(values), folder / f"web-{port}.log"):
        server = WebServer(port)
        wait_until(
            lambda: application.ask(("127.0.0.1", port), "/readyz") is not None, "the web server answers"
        )
        yield server


@contextmanager
def web_servers(count: int, folder: Path, **environment: str) -> Iterator[list[WebServer]]:
    """Run several, each with its own workers."""
    with ExitStack() as stack:
        yield [stack.enter_context(web_server(folder, **environment)) for _ in range(count)]


@contextmanager
def worker(folder: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Celery worker until the block ends."""
    with _running(application.worker(_environment(folder, **environment)), folder / "worker.log") as process:
        yield process


@contextmanager
def beat(folder: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run Celery's clock until the block ends."""
    with _running(application.beat(_environment(folder, **environment)), folder / "beat.log") as process:
        yield process


def wait_until(is_true: Any, what: str, seconds: float = READY_WITHIN_SECONDS) -> None:
    """Wait for a condition; fail with what was waited for."""
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain until {what}"
        time.sleep(0.1)


def _environment(folder: Path, **values: str) -> Mapping[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}
    return (
        inherited
        | {"DATABASE_URL": database_url(), "LMSUGGEST_HOME": str(folder), "LMSUGGEST_ENV_FILE": ""}
        | values
    )


@contextmanager
def _running(program: Program, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = spawn(program, stdout=output.fileno())
        try:
            yield process
        finally:
            end(process, program)
