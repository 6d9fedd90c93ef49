"""Run several processes as one: their output under their names, their ends together."""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self, TextIO

from lmsuggest.local.processes import Program, describe_exit, kill_group, spawn

TICK_SECONDS = 0.1
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15.0
SOUND_AFTER_SECONDS = 60.0  # one that lived this long starts again without a pause
TAIL_LINES = 15
CLEAR_LINE = "\r\x1b[K"
COLOURS = (36, 32, 35, 33, 34, 31)
END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ProgramFailed(Exception):
    """Says which program did not do its work, how it ended and what it last said."""

    def __init__(self, program: Program, happened: str, tail: Sequence[str]) -> None:
        super().__init__(f"{program.name}: {happened}")
        self.program = program
        self.happened = happened
        self.tail = tuple(tail)


class Stopped(Exception):
    """Says that somebody asked for the end while something was waited for."""


@dataclass(slots=True)
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    colour: int
    shown: bool
    started_at: float
    pause: float = FIRST_PAUSE_SECONDS
    due_at: float | None = None
    """When it starts again; None unless it waits for that."""
    finished: bool = False
    rest: bytes = b""
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=TAIL_LINES))


class Supervisor:
    """The processes of one machine, started in order and ended in the reverse order.

    A context manager for the main thread. SIGINT, SIGTERM and SIGHUP end everything; a second one at once.
    """

    def __init__(self, *, output: TextIO | None = None, first_pause: float = FIRST_PAUSE_SECONDS) -> None:
        self._output = output or sys.stdout
        self._on_terminal = self._output.isatty()
        self._coloured = self._on_terminal and "NO_COLOR" not in os.environ
        self._first_pause = first_pause
        self._children: list[_Child] = []
        self._selector = selectors.DefaultSelector()
        self._stops = 0
        self._previous: dict[int, object] = {}
        self._warden: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        for number in END_SIGNALS:
            self._previous[number] = signal.signal(number, self._on_signal)
        # A session of its own: neither Ctrl-C nor the end of the terminal reaches it.
        self._warden = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("warden.py"))],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_all()
        if self._warden and self._warden.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._warden.stdin.close()
            self._warden.wait()
        self._selector.close()
        for number, handler in self._previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def start(self, program: Program) -> None:
        """Start a program that runs until the end."""
        self._children.append(self._spawn(program, shown=not program.quiet, piped=True))

    def call(self, program: Program, *, shown: bool = False) -> list[str]:
        """Run a program to its end and return its last lines; `shown` gives it the terminal instead.

        Raises:
            ProgramFailed: it did not end with 0.
            Stopped: somebody asked for the end meanwhile.
        """
        child = self._spawn(program, shown=False, piped=not shown)
        self._children.append(child)
        try:
            while child.process.poll() is None:
                self._turn()
        finally:
            self._children.remove(child)
            self._finish(child)
        if code := child.process.returncode:
            raise ProgramFailed(program, describe_exit(code), child.tail)
        return list(child.tail)

    def wait_until(self, name: str, probe: Callable[[], bool], *, within_seconds: float) -> None:
        """Wait until a probe of the program so named is true.

        Raises:
            ProgramFailed: it ended, or the time is over.
            Stopped: somebody asked for the end meanwhile.
        """
        child = next(child for child in self._children if child.program.name == name)
        over_at = time.monotonic() + within_seconds
        while not probe():
            if child.process.poll() is not None:
                self._drain(child)
                raise ProgramFailed(child.program, describe_exit(child.process.returncode), child.tail)
            if time.monotonic() > over_at:
                raise ProgramFailed(child.program, f"not ready after {within_seconds:.0f} s", child.tail)
            self._turn()

    def run(self) -> None:
        """Keep everything running until somebody asks for the end.

        Raises:
            ProgramFailed: a program that everything needs died.
        """
        with contextlib.suppress(Stopped):
            while True:
                self._turn()
                for child in self._children:
                    self._look_after(child)

    def say(self, text: str) -> None:
        """Write one line of our own among those of the programs."""
        with contextlib.suppress(BrokenPipeError, OSError):
            # The line of a step that is under way makes room.
            self._output.write(f"{CLEAR_LINE if self._on_terminal else ''}{text}\n")
            self._output.flush()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stops += 1

    def _turn(self) -> None:
        if self._stops:
            raise Stopped
        for key, _events in self._selector.select(TICK_SECONDS):
            self._read(key.data)

    def _spawn(self, program: Program, *, shown: bool, piped: bool) -> _Child:
        process = spawn(
            program,
            stdout=subprocess.PIPE if piped else None,
            stderr=subprocess.STDOUT if piped else None,
        )
        self._tell_warden(process.pid)
        colour = COLOURS[len(self._children) % len(COLOURS)]
        child = _Child(program, process, colour, shown, time.monotonic(), self._first_pause)
        self._listen(child)
        return child

    def _listen(self, child: _Child) -> None:
        if child.process.stdout is not None:
            os.set_blocking(child.process.stdout.fileno(), False)
            self._selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _read(self, child: _Child) -> bool:
        pipe = _pipe_of(child)
        if pipe is None:
            return False
        try:
            data = os.read(pipe.fileno(), 65536)
        except BlockingIOError:
            return False
        if not data:
            self._selector.unregister(pipe)
            pipe.close()
        for line in _lines(child, data):
            child.tail.append(line)
            if child.shown:
                self.say(f"{self._prefix(child)} {line}")
        return bool(data)

    def _drain(self, child: _Child) -> None:
        while self._read(child):
            pass

    def _prefix(self, child: _Child) -> str:
        name = f"{child.program.name:<10}|"
        return f"\x1b[{child.colour}m{name}\x1b[0m" if self._coloured else name

    def _look_after(self, child: _Child) -> None:
        now = time.monotonic()
        if child.due_at is not None:
            if now >= child.due_at:
                self._start_again(child, now)
        elif child.process.poll() is not None:
            self._on_death(child, now)

    def _on_death(self, child: _Child, now: float) -> None:
        self._finish(child)
        happened = describe_exit(child.process.returncode)
        if child.program.essential:
            raise ProgramFailed(child.program, happened, child.tail)
        if now - child.started_at > SOUND_AFTER_SECONDS:
            child.pause = self._first_pause
        child.due_at = now + child.pause
        self.say(f"✗ {child.program.name} ended unexpectedly ({happened}); its last lines:")
        for line in child.tail:
            self.say(f"    {line}")
        self.say(f"  starting {child.program.name} again in {child.pause:.1f} s")
        child.pause = min(child.pause * 2, LONGEST_PAUSE_SECONDS)

    def _start_again(self, child: _Child, now: float) -> None:
        child.process = spawn(child.program, stdout=subprocess.PIPE)
        self._tell_warden(child.process.pid)
        child.started_at, child.due_at, child.rest, child.finished = now, None, b"", False
        child.tail.clear()
        self._listen(child)

    def _finish(self, child: _Child) -> None:
        if child.process.poll() is None:
            self._end_one(child)
        # Also after an end in good order: a grandchild may have outlived its parent.
        kill_group(child.process.pid)
        self._drain(child)
        pipe = _pipe_of(child)
        if pipe is not None:
            self._selector.unregister(pipe)
            pipe.close()
        self._tell_warden(-child.process.pid)
        child.finished = True

    def _tell_warden(self, group: int) -> None:
        if self._warden and self._warden.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._warden.stdin.write(f"{group}\n")
                self._warden.stdin.flush()

    def _end_all(self) -> None:
        running = [child for child in reversed(self._children) if not child.finished]
        if self._stops and running:
            self.say("stopping; Ctrl-C again does it at once")
        for child in running:
            self._finish(child)
        self._children.clear()

    def _end_one(self, child: _Child) -> None:
        asked = self._stops
        with contextlib.suppress(ProcessLookupError):
            child.process.send_signal(child.program.stop_signal)
        over_at = time.monotonic() + child.program.grace_seconds
        while child.process.poll() is None and time.monotonic() < over_at and self._stops == asked:
            for key, _events in self._selector.select(TICK_SECONDS / 2):
                self._read(key.data)
        kill_group(child.process.pid)
        child.process.wait()


def _pipe_of(child: _Child) -> IO[bytes] | None:
    pipe = child.process.stdout
    return None if pipe is None or pipe.closed else pipe


def _lines(child: _Child, data: bytes) -> Iterator[str]:
    *whole, child.rest = (child.rest + data).split(b"\n")
    if not data and child.rest:
        whole, child.rest = [child.rest], b""
    for line in whole:
        text = line.decode(errors="replace").rstrip()
        if text:
            yield text
