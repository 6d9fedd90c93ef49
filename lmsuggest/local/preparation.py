"""What has to be done before the application starts, each step shown with its time."""

import os
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from lmsuggest.local.application import manage
from lmsuggest.local.installation import Installation
from lmsuggest.local.processes import Program
from lmsuggest.local.supervisor import ProgramFailed, Supervisor

ADVICE = {
    "postgres": "When its password fails: bring back the settings file that its data was made with. "
    "Without the data of this installation `make clean-state` starts over.",
    "migrate": "Nothing was lost. Without the data of this installation `make clean-state` starts over.",
    "load_demo": "Run it again: what is there already is kept. DEMO=0 starts without the demo.",
}
NO_MODEL = "The rules serve until there is a model; `make ml-train` tries again while this runs."


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show a step's name while it runs and its time when it is done."""
    started_at = time.monotonic()
    if sys.stdout.isatty():
        print(f"  {title} …", end="\r", flush=True)
    yield
    print(f"✓ {title:<42} {time.monotonic() - started_at:5.1f} s", flush=True)


def prepare_database(supervisor: Supervisor, installation: Installation, *, is_new: bool) -> None:
    """Bring the database to what this version needs; on first start people, a client and the demo too.

    Raises:
        ProgramFailed: one of the steps failed; what was done before it stays done.
    """
    if is_new:
        installation.forget_marks()
    environment = installation.environment()
    with step("Bring the database up to date"):
        supervisor.call(manage(environment, "migrate", "--no-input", "--verbosity", "0"))
    with step("Groups, rules, rollout"):
        supervisor.call(manage(environment, "bootstrap"))
    _load(supervisor, installation)
    if "demo" in installation.marks() and "trained" not in installation.marks():
        _train(supervisor, installation)


def explain(failure: ProgramFailed) -> str:
    """Say what failed: the command, its last lines, and what to do."""
    program = failure.program
    first = "python" if program.command[0] == sys.executable else program.command[0]
    command = shlex.join([first, *program.command[1:]])
    lines = [f"✗ {program.name}: {failure.happened}", f"  command: {command}"]
    lines += [f"    {line}" for line in failure.tail]
    if advice := ADVICE.get(program.name):
        lines.append(f"  {advice}")
    return "\n".join(lines)


def _load(supervisor: Supervisor, installation: Installation) -> None:
    marks, asked = installation.marks(), os.environ.get("DEMO", "")
    environment = installation.environment()
    # The first start decides: a demo never comes into somebody's own data unasked.
    if asked == "1" or (asked != "0" and "people" not in marks):
        if "demo" not in marks:
            _shown(supervisor, "Load the demo: transactions and people", manage(environment, "load_demo"))
            installation.mark("people", "demo")
    elif "people" not in marks:
        with step("Create people and a client"):
            supervisor.call(manage(environment, "load_demo", "--people-only"))
        installation.mark("people")


def _train(supervisor: Supervisor, installation: Installation) -> None:
    training = manage(installation.environment(), "models", "train", "--wait-in-process")
    try:
        _shown(supervisor, "Train the first model", training)
    except ProgramFailed as failure:
        # The service is complete without a model; only the reader has to know.
        print(f"✗ Train the first model: {failure.happened}\n  {NO_MODEL}", flush=True)
        return
    installation.mark("trained")


def _shown(supervisor: Supervisor, title: str, program: Program) -> None:
    print(f"  {title} …", flush=True)
    with step(title):
        supervisor.call(program, shown=True)
