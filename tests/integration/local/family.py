"""A process with a child, for the tests to look for: both write down that they live, and refuse to stop."""

import os
import signal
import sys
import time
from pathlib import Path


def main(folder: Path, name: str, manner: str) -> None:
    """Live as told: "obedient" ends on SIGTERM, "stubborn" does not; the child never does."""
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        live(folder, f"{name}-child")
    if manner == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, lambda *_: leave(folder, name))
    live(folder, name)


def live(folder: Path, name: str) -> None:
    """Write down the process and do nothing for a minute."""
    unfinished = folder / f"{name}.part"
    unfinished.write_text(str(os.getpid()))
    unfinished.rename(folder / f"{name}.pid")
    time.sleep(60)


def leave(folder: Path, name: str) -> None:
    """Note the order of the ends."""
    with (folder / "ends").open("a") as ends:
        ends.write(f"{name}\n")
    sys.exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
