"""What `make run` does, in a folder with a space in its name: first start, second start, Ctrl-C."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lmsuggest.local import application
from lmsuggest.local.installation import Installation
from lmsuggest.local.servers import find_free_port
from tests.living import processes_of, wait_for

FIRST_START_SECONDS = 150.0  # 90 on a machine that does nothing else
SECOND_START_SECONDS = 30.0


class Running:
    """One `python -m lmsuggest.local.run` and what it says."""

    def __init__(self, home: Path, port: int, log: Path, *, demo: str = "") -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}
        environment = inherited | {"LMSUGGEST_HOME": str(home), "PORT": str(port), "DEMO": demo}
        environment.pop("MAKELEVEL", None)
        self.log = log
        self.home = home
        self.started_at = time.monotonic()
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "lmsuggest.local.run"],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self, seconds: float) -> None:
        wait_for(self._is_ready_or_over, seconds=seconds, what="the start")
        assert self.process.poll() is None, self.said

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code = self.process.wait(30)
        assert processes_of(self.home) == {}
        return code

    @property
    def said(self) -> str:
        return self.log.read_text()

    def _is_ready_or_over(self) -> bool:
        return "LM Suggest is ready" in self.said or self.process.poll() is not None


@contextmanager
def running(home: Path, port: int, log: Path, *, demo: str = "") -> Iterator[Running]:
    run = Running(home, port, log, demo=demo)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / ".local"


def test_make_run__twice__starts_with_the_demo_keeps_all_and_ends_whole(home: Path, tmp_path: Path) -> None:
    port = find_free_port()

    with running(home, port, tmp_path / "first.log") as first:
        first.wait_until_ready(FIRST_START_SECONDS)
        refused = Running(home, find_free_port(), tmp_path / "refused.log")
        refused_code = refused.process.wait(30)
        answers = [
            subprocess.run(shlex.split(line), capture_output=True, text=True, timeout=30, check=True).stdout
            for line in re.findall(r"^ *(curl .*)$", first.said, re.MULTILINE)
        ]
        started = processes_of(home).values()
        assert first.end(signal.SIGINT) == 0

    with running(home, port, tmp_path / "second.log") as second:
        second.wait_until_ready(SECOND_START_SECONDS)
        key = Installation(home).credentials()["client"]["key"]
        kept = application.ask(("127.0.0.1", port), "/ml/transactions?limit=1", key=key)
        status = application.ask(("127.0.0.1", port), "/ml/v2/model/status", key=key)
        assert second.end(signal.SIGTERM) == 0

    assert refused_code == 1
    assert f"already runs from this folder: http://127.0.0.1:{port}" in refused.said
    suggested, model, stored = answers
    assert '"not_found":[]' in suggested
    assert '"available":true' in model
    assert '"created":1' in stored
    for name in ("gunicorn", "valkey-server", "worker", "beat"):
        assert any(name in command for command in started), name
    assert kept["results"][0]["external_id"] == "try-1"
    assert status["available"] is True
    assert "Load the demo" not in second.said
    assert "Train the first model" not in second.said
    credentials = Installation(home).credentials()
    assert credentials["admin"]["password"] in first.said
    assert credentials["admin"]["password"] not in second.said


def test_make_run__killed_while_it_prepares__goes_on_at_the_next_start(home: Path, tmp_path: Path) -> None:
    port = find_free_port()

    with running(home, port, tmp_path / "killed.log", demo="0") as killed:
        wait_for(lambda: "✓ Bring the database" in killed.said, seconds=60, what="the migration")
        killed.process.kill()
        killed.process.wait()
        wait_for(lambda: processes_of(home) == {}, seconds=5, what="the end of all steps")

    with running(home, port, tmp_path / "again.log", demo="0") as again:
        again.wait_until_ready(60)
        key = Installation(home).credentials()["client"]["key"]
        transactions = application.ask(("127.0.0.1", port), "/ml/transactions", key=key)
        # The whole supervisor killed: the hard end of a session.
        again.process.kill()
        again.process.wait()
        wait_for(lambda: processes_of(home) == {}, seconds=5, what="the end of all")

    assert transactions["results"] == [], "DEMO=0 leaves the demo out"
