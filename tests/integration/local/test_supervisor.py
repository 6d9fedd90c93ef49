import io
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from lmsuggest.local.processes import Program
from lmsuggest.local.supervisor import ProgramFailed, Supervisor


def program(name: str, code: str, *, essential: bool = False, quiet: bool = False) -> Program:
    return Program(name=name, command=(sys.executable, "-c", code), essential=essential, quiet=quiet)


def test_start__output__stands_under_the_program_s_name() -> None:
    output = io.StringIO()

    with Supervisor(output=output) as supervisor:
        supervisor.start(program("web", "print('hello', flush=True); import time; time.sleep(60)"))
        supervisor.wait_until("web", lambda: "hello" in output.getvalue(), within_seconds=10)

    assert output.getvalue() == "web       | hello\n"


def test_run__program_dies__is_named_with_code_and_last_lines_and_started_again_ever_later(
    tmp_path: Path,
) -> None:
    output = io.StringIO()
    # Four starts: the fourth ends everything, because nothing else would.
    code = (
        "import pathlib, sys, time, os, signal\n"
        f"path = pathlib.Path({str(tmp_path / 'starts')!r})\n"
        "lines = path.read_text().splitlines() if path.exists() else []\n"
        "path.write_text('\\n'.join([*lines, str(time.monotonic())]))\n"
        "if len(lines) == 3: os.kill(os.getppid(), signal.SIGTERM); time.sleep(60)\n"
        "sys.exit('no more paper')\n"
    )

    with Supervisor(output=output, first_pause=0.3) as supervisor:
        supervisor.start(program("printer", code))
        supervisor.run()

    said = output.getvalue()
    times = [float(line) for line in (tmp_path / "starts").read_text().splitlines()]
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert said.count("✗ printer ended unexpectedly (exit code 1); its last lines:\n    no more paper\n") == 3
    assert [f"again in {pause} s" in said for pause in ("0.3", "0.6", "1.2")] == [True] * 3
    assert pauses[0] > 0.3
    assert pauses[1] > 0.6
    assert pauses[2] > 1.2


def test_run__quiet_program_dies__only_then_its_output_is_shown(tmp_path: Path) -> None:
    output = io.StringIO()

    with Supervisor(output=output) as supervisor:
        supervisor.start(
            program("database", "print('disk full'); raise SystemExit(2)", essential=True, quiet=True)
        )
        with pytest.raises(ProgramFailed) as failure:
            supervisor.run()

    assert output.getvalue() == ""
    assert (failure.value.happened, failure.value.tail) == ("exit code 2", ("disk full",))


def test_run__essential_program_dies__the_others_end_too() -> None:
    output = io.StringIO()
    started_at = time.monotonic()

    with Supervisor(output=output) as supervisor:
        supervisor.start(program("web", "import time; time.sleep(60)"))
        supervisor.start(program("database", "import os; os.kill(os.getpid(), 9)", essential=True))
        with pytest.raises(ProgramFailed, match="database: killed by SIGKILL"):
            supervisor.run()

    assert time.monotonic() - started_at < 10


def test_wait_until__program_dies_instead__says_so_at_once() -> None:
    with Supervisor(output=io.StringIO()) as supervisor:
        supervisor.start(program("web", "print('address in use'); raise SystemExit(4)"))
        with pytest.raises(ProgramFailed, match="web: exit code 4") as failure:
            supervisor.wait_until("web", lambda: False, within_seconds=30)

    assert failure.value.tail == ("address in use",)


def test_wait_until__program_never_ready__ends_with_the_time() -> None:
    with Supervisor(output=io.StringIO()) as supervisor:
        supervisor.start(program("web", "import time; time.sleep(60)"))
        with pytest.raises(ProgramFailed, match="web: not ready after 1 s"):
            supervisor.wait_until("web", lambda: False, within_seconds=1)


def test_call__step__returns_its_lines_or_raises_with_them() -> None:
    with Supervisor(output=io.StringIO()) as supervisor:
        lines = supervisor.call(program("migrate", "print('one'); print('two')"))
        with pytest.raises(ProgramFailed) as failure:
            supervisor.call(program("migrate", "print('locked'); raise SystemExit(5)"))

    assert lines == ["one", "two"]
    assert (failure.value.happened, failure.value.tail) == ("exit code 5", ("locked",))


def test_call__command_that_does_not_exist__says_which() -> None:
    with Supervisor(output=io.StringIO()) as supervisor, pytest.raises(ProgramFailed) as failure:
        supervisor.call(Program(name="prometheus", command=("/nowhere/prometheus",)))

    assert failure.value.tail == ("/nowhere/prometheus: No such file or directory",)
