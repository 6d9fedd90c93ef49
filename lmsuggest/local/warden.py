"""Kill the groups of a supervisor that died without ending them; runs on its own, as a script.

Standard input names them: "GROUP" started, "-GROUP" ended. Its end is the supervisor's end, however it
came: what is still on the list then is killed, with all the grandchildren the kernel's parent-death
signal does not reach.
"""

import contextlib
import os
import signal
import sys


def main() -> None:
    """Follow the list until it ends, then kill what is left on it."""
    groups: list[int] = []
    for line in sys.stdin:
        number = int(line)
        if number > 0:
            groups.append(number)
        else:
            groups.remove(-number)
    for group in reversed(groups):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
