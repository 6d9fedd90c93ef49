"""Which processes live."""

import time
from collections.abc import Callable
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Tell whether a process does anything; a zombie that nobody has collected yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def processes_of(home: Path) -> dict[int, str]:
    """Return the command lines of all living processes of an installation."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_of_home = (
                f"LMSUGGEST_HOME={home}".encode() in (folder / "environ").read_bytes().split(b"\0")
                # Valkey writes its title over its environment.
                or (folder / "cwd").readlink().is_relative_to(home)
            )
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if is_of_home and is_alive(int(folder.name)):
            found[int(folder.name)] = command
    return found


def wait_for(is_true: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Wait for a condition; fail with what was waited for."""
    over_at = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < over_at, f"waited {seconds:g} s in vain for {what}"
        time.sleep(0.02)
