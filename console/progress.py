"""Show how far long work is: a bar on a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO, cast

from django.core.management.base import OutputWrapper
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

LINE_EVERY_SECONDS = 3.0


class Advance(Protocol):
    """Report how much is done, in the unit of the total, with a word on it and the stage of the work.

    A line is something that happened: it stays above the bar.
    """

    def __call__(self, done: float, note: str = "", stage: str = "", line: str = "") -> None: ...


@contextmanager
def shown_progress(title: str, total: float, stream: OutputWrapper) -> Iterator[Advance]:
    """Yield what the work reports to; the reports appear on the stream."""
    if not stream.isatty():
        yield _Lines(title, total, stream).report
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(),
    )
    # The stream itself: Django's wrapper ends everything it writes with a line break.
    with Progress(*columns, console=Console(file=cast("TextIO", stream._out))) as bar:
        task = bar.add_task(title, total=total, note="")

        def report(done: float, note: str = "", stage: str = "", line: str = "") -> None:
            if line:
                bar.console.print(line, markup=False, highlight=False)
            bar.update(task, completed=done, note=note, description=f"{title}: {stage}" if stage else title)

        yield report


class _Lines:
    def __init__(self, title: str, total: float, stream: OutputWrapper) -> None:
        self._title = title
        self._total = total
        self._stream = stream
        self._stage = ""
        self._written_at = time.monotonic()

    def report(self, done: float, note: str = "", stage: str = "", line: str = "") -> None:
        if line:
            self._stream.write(line)
            self._stream.flush()
        now = time.monotonic()
        if stage == self._stage and now - self._written_at < LINE_EVERY_SECONDS:
            return
        self._stage, self._written_at = stage, now
        share = done / self._total if self._total else 1.0
        words = " ".join(word for word in (stage, f"{share:.0%}", note) if word)
        self._stream.write(f"{self._title}: {words}")
        self._stream.flush()
