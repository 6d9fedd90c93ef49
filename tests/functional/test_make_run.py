"""What `make run` does, in a folder with a space in its name: first start, second start, Ctrl-C."""

import re
import shlex
import signal
import subprocess
from pathlib import Path

import pytest

from lmsuggest.local import application
from lmsuggest.local.installation import Installation
from lmsuggest.local.servers import find_free_port
from tests.functional.installed import Running, running
from tests.living import processes_of, wait_for

FIRST_START_SECONDS = 600.0  # 90 on a machine that does nothing else
START_SECONDS = 300.0


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
        second.wait_until_ready(START_SECONDS)
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

    with running(home, port, tmp_path / "killed.log", DEMO="0") as killed:
        wait_for(lambda: "✓ Bring the database" in killed.said, seconds=START_SECONDS, what="the migration")
        killed.process.kill()
        killed.process.wait()
        wait_for(lambda: processes_of(home) == {}, seconds=30, what="the end of all steps")

    with running(home, port, tmp_path / "again.log", DEMO="0") as again:
        again.wait_until_ready(START_SECONDS)
        key = Installation(home).credentials()["client"]["key"]
        transactions = application.ask(("127.0.0.1", port), "/ml/transactions", key=key)
        # The whole supervisor killed: the hard end of a session.
        again.process.kill()
        again.process.wait()
        wait_for(lambda: processes_of(home) == {}, seconds=30, what="the end of all")

    assert transactions["results"] == [], "DEMO=0 leaves the demo out"
