"""What a process that another one started owes to it and to its neighbours."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_NICENESS = 10


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when its parent ends; outside Linux its lease ends instead."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the kernel knew
        os._exit(1)


def give_way() -> None:
    """Let processes that answer somebody go first: a training beside them must not cost them deadlines."""
    os.nice(_NICENESS)
