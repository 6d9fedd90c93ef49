import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests.living import is_alive, wait_for

NAMES = ("first", "first-child", "second", "second-child")
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def run(manner: str = "obedient", grace: float = 10.0) -> subprocess.Popen[bytes]:
        module = "tests.integration.local.supervised"
        process = subprocess.Popen([sys.executable, "-m", module, str(tmp_path), manner, str(grace)])
        started.append(process)
        wait_for(lambda: have_started(tmp_path, NAMES), seconds=30, what="both families")
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def have_started(folder: Path, names: Iterable[str]) -> bool:
    return all((folder / f"{name}.pid").exists() for name in names)


def living(folder: Path) -> list[str]:
    return [name for name in NAMES if is_alive(int((folder / f"{name}.pid").read_text()))]


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

    wait_for(lambda: living(tmp_path) == [], seconds=30, what="their end")


def test_supervisor__its_programs__are_in_groups_of_their_own(start: Start, tmp_path: Path) -> None:
    supervisor = start()

    groups = {os.getpgid(int((tmp_path / f"{name}.pid").read_text())) for name in NAMES}

    # So Ctrl-C in the terminal reaches the supervisor alone, and the order of the ends is its own.
    assert len(groups) == 2
    assert os.getpgid(supervisor.pid) not in groups


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


def test_spawn__without_a_supervisor__program_ends_with_the_one_who_started_it(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-m", "tests.integration.local.spawned", str(tmp_path)])
    wait_for(lambda: have_started(tmp_path, ("first", "first-child")), seconds=30, what="the family")
    program, grandchild = (int((tmp_path / f"{name}.pid").read_text()) for name in ("first", "first-child"))

    parent.kill()
    parent.wait()

    wait_for(lambda: not is_alive(program), seconds=30, what="the program's end")
    os.kill(grandchild, signal.SIGKILL)  # this one the kernel does not know of; hence the warden
