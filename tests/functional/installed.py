"""Start an installation as `make run` and `make stack` do."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.living import processes_of, wait_for


class Running:
    """One `python -m lmsuggest.local.…` and what it says."""

    def __init__(self, home: Path, port: int, log: Path, *, module: str = "run", **variables: str) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}
        environment = inherited | {"LMSUGGEST_HOME": str(home), "PORT": str(port)} | variables
        # Under `make test` the variable is set, and would tie the process to pytest's life.
        environment.pop("MAKELEVEL", None)
        self.log = log
        self.home = home
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", f"lmsuggest.local.{module}"],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self, seconds: float) -> None:
        """Wait for the lines that greet; fail with what it said when it ends instead."""
        wait_for(self._is_ready_or_over, seconds=seconds, what="the start")
        assert self.process.poll() is None, self.said

    def end(self, number: signal.Signals) -> int:
        """End it by a signal and return its exit code; no process of the installation may be left."""
        self.process.send_signal(number)
        code = self.process.wait(30)
        wait_for(lambda: processes_of(self.home) == {}, seconds=30, what="the end of all")
        return code

    @property
    def said(self) -> str:
        """Return everything it said so far."""
        return self.log.read_text()

    def _is_ready_or_over(self) -> bool:
        return "LM Suggest is ready" in self.said or self.process.poll() is not None


@contextmanager
def running(home: Path, port: int, log: Path, *, module: str = "run", **variables: str) -> Iterator[Running]:
    """Start one, and kill it should the test not have ended it."""
    run = Running(home, port, log, module=module, **variables)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait()
