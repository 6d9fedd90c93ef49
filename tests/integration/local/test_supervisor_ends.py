import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

NAMES = ("first", "first-child", "second", "second-child")
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def run(manner: str = "obedient", grace: float = 10.0) -> subprocess.Popen[bytes]:
        module = "tests.integration.local.supervised"
        process = subprocess.Popen([sys.executable, "-m", module, str(tmp_path), manner, str(grace)])
        started.append(process)
        wait_until(lambda: all((tmp_path / f"{name}.pid").exists() for name in NAMES), 15)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def wait_until(is_true: Callable[[], bool], seconds: float) -> None:
    over_at = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < over_at, "waited in vain"
        time.sleep(0.02)


def living(folder: Path) -> list[str]:
    return [name for name in NAMES if is_alive(int((folder / f"{name}.pid").read_text()))]


def is_alive(pid: int) -> bool:
    try:
        # A zombie that nobody has collected yet does nothing any more.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_supervisor__asked_to_end__all_end_in_reverse_order_with_their_children(
    number: signal.Signals, start: Start, tmp_path: Path
) -> None:
    supervisor = start()
    assert living(tmp_path) == list(NAMES)

    supervisor.send_signal(number)

    assert supervisor.wait(10) == 0
    assert living(tmp_path) == []
    assert (tmp_path / "ends").read_text().split() == ["second", "first"]


def test_supervisor__killed__nothing_survives_it(start: Start, tmp_path: Path) -> None:
    supervisor = start("stubborn")

    supervisor.kill()

    wait_until(lambda: living(tmp_path) == [], 5)


def test_supervisor__killed_with_its_whole_group__nothing_survives_it(start: Start, tmp_path: Path) -> None:
    supervisor = start("stubborn")
    # As a terminal or a service manager does it; the supervisor itself is in our own group.
    groups = {os.getpgid(int((tmp_path / f"{name}.pid").read_text())) for name in ("first", "second")}
    assert len(groups) == 2
    assert os.getpgid(supervisor.pid) not in groups

    supervisor.kill()

    wait_until(lambda: living(tmp_path) == [], 5)


def test_supervisor__stubborn_program__is_killed_after_its_grace(start: Start, tmp_path: Path) -> None:
    supervisor = start("stubborn", 0.3)

    started_at = time.monotonic()
    supervisor.terminate()

    assert supervisor.wait(10) == 0
    assert 0.6 < time.monotonic() - started_at < 5
    assert living(tmp_path) == []


def test_supervisor__asked_a_second_time__does_not_wait(start: Start, tmp_path: Path) -> None:
    supervisor = start("stubborn", 60.0)

    supervisor.terminate()
    time.sleep(0.5)
    supervisor.terminate()
    time.sleep(0.5)
    supervisor.terminate()

    assert supervisor.wait(10) == 0
    assert living(tmp_path) == []
