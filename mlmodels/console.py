"""Show long work on a terminal: a bar for a person, plain lines for a log."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from mlmodels.training import Progress

LINE_EVERY_SECONDS = 5.0


@contextmanager
def shown_progress(title: str, stream: TextIO | None = None) -> Iterator[Progress]:
    """Yield what a training reports to; the reports appear on the stream."""
    target = stream or sys.stdout
    if not target.isatty():
        yield _Lines(title, target).report
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(file=target)) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda stage, share: bar.update(task, description=f"{title}: {stage}", completed=share)
        bar.update(task, description=title, completed=1.0)


class _Lines:
    def __init__(self, title: str, target: TextIO) -> None:
        self._title = title
        self._target = target
        self._stage = ""
        self._written_at = 0.0

    def report(self, stage: str, share: float) -> None:
        now = time.monotonic()
        if stage == self._stage and now - self._written_at < LINE_EVERY_SECONDS:
            return
        self._stage, self._written_at = stage, now
        self._target.write(f"{self._title}: {stage}, {share:.0%}\n")
        self._target.flush()
