"""What `make stack` does: the processes of docker-compose.yml, natively, and their end."""

import http.client
import json
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lmsuggest.local.installation import Installation
from lmsuggest.local.servers import find_free_port
from tests.functional.installed import running
from tests.living import processes_of, wait_for


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="stack of ") as folder:
        Path(folder).chmod(0o711)  # as root, PostgreSQL runs as another user and has to pass
        yield Path(folder) / ".local" / "stack"


def test_make_stack__first_start__all_processes_work_together_and_end_together(
    home: Path, tmp_path: Path
) -> None:
    port, prometheus = find_free_port(), find_free_port()

    with running(
        home, port, tmp_path / "log", module="stack", DEMO="0", PROMETHEUS_PORT=str(prometheus)
    ) as stack:
        stack.wait_until_ready(300)
        started = " ".join(processes_of(home).values())
        settings = Installation(home).settings()
        wait_for(lambda: health(prometheus) == ["up"], seconds=120, what="the first scrape")
        groups = ask(prometheus, "/api/v1/rules")["groups"]
        assert stack.end(signal.SIGTERM) == 0

    for name in ("bin/postgres", "gunicorn", "worker", "beat", "prometheus"):
        assert name in started, name
    # Redis where it is installed, else the Valkey that comes with the packages.
    assert "redis-server" in started or "valkey" in started
    assert settings["DATABASE_URL"].startswith("postgresql://")
    assert "SuggestAgreementDrop" in {rule["name"] for group in groups for rule in group["rules"]}
    assert settings["POSTGRES_PASSWORD"] not in stack.said


def health(prometheus: int) -> list[str]:
    return [target["health"] for target in ask(prometheus, "/api/v1/targets")["activeTargets"]]


def ask(port: int, path: str) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())["data"]
    finally:
        connection.close()
