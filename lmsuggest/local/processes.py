"""Start one process in a group of its own that ends with the one that started it."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BOUND = str(Path(__file__).with_name("bound.py"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One process to start: what, as whom, and how it is ended."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] | None = None
    """The whole environment; None means ours."""
    directory: Path | None = None
    """Where it runs; None means where we do."""
    user: str | None = None
    """As whom it runs; None means as us."""
    stop_signal: signal.Signals = signal.SIGTERM
    grace_seconds: float = 12.0
    essential: bool = False
    """Whether its death ends everything; any other program is started again."""
    quiet: bool = False
    """Whether its output is shown only when it dies."""


def spawn(
    program: Program, *, stdout: int | None, stderr: int | None = subprocess.STDOUT
) -> subprocess.Popen[bytes]:
    """Start a program; on Linux the kernel kills it when the thread that called this is gone."""
    binding = (sys.executable, "-I", "-S", BOUND, str(os.getpid()), program.user or "")
    return subprocess.Popen(
        (*binding, *program.command),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        env=dict(program.environment) if program.environment is not None else None,
        cwd=program.directory,
        process_group=0,
    )


def end(process: subprocess.Popen[bytes], program: Program) -> None:
    """Ask a process to stop, kill it after its grace, and kill whatever is left of its group."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(program.stop_signal)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(program.grace_seconds)
    kill_group(process.pid)
    process.wait()


def kill_group(group: int) -> None:
    """Kill every process of a group, if there is one left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def describe_exit(code: int) -> str:
    """Say in words how a process ended, from Popen's return code."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
