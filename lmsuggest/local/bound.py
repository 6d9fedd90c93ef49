"""Become a command that ends with its parent: runs on its own, as a script.

    python -I -S bound.py PARENT USER COMMAND [ARGUMENT …]

A script and not a hook between fork and exec: such a hook may deadlock in a process with threads.
"""

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1


def follow_parent(number: signal.Signals, parent: int) -> None:
    """Have the kernel (Linux) send this process a signal when its parent dies; at once if it already has."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def become_user(name: str) -> None:
    """Give up root for an account without rights of its own."""
    account = pwd.getpwnam(name)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def main(parent: str, user: str, *command: str) -> None:
    """Give up rights, tie this process to its parent, become the command."""
    if user:
        become_user(user)  # first: a change of user unties
    follow_parent(signal.SIGKILL, int(parent))
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(*sys.argv[1:])
