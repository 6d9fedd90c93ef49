"""A supervisor of two families, as a process that the tests can end in every way."""

import sys
from pathlib import Path

from lmsuggest.local.processes import Program
from lmsuggest.local.supervisor import Supervisor

FAMILY = Path(__file__).with_name("family.py")


def family(folder: Path, name: str, manner: str = "obedient", grace: float = 10.0) -> Program:
    """Return a program that starts a child of its own."""
    return Program(
        name=name, command=(sys.executable, str(FAMILY), str(folder), name, manner), grace_seconds=grace
    )


def main(folder: Path, manner: str, grace: str) -> None:
    """Run both until the end."""
    with Supervisor() as supervisor:
        for name in ("first", "second"):
            supervisor.start(family(folder, name, manner, float(grace)))
        supervisor.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
