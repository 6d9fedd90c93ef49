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
    """Report how much is done, in the unit of the total, with a word on it."""

    def __call__(self, done: float, note: str = "") -> None: ...


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
        yield lambda done, note="": bar.update(task, completed=done, note=note)


class _Lines:
    def __init__(self, title: str, total: float, stream: OutputWrapper) -> None:
        self._title = title
        self._total = total
        self._stream = stream
        self._written_at = time.monotonic()

    def report(self, done: float, note: str = "") -> None:
        now = time.monotonic()
        if now - self._written_at < LINE_EVERY_SECONDS:
            return
        self._written_at = now
        share = done / self._total if self._total else 1.0
        self._stream.write(f"{self._title}: {share:.0%} {note}".rstrip())
        self._stream.flush()
