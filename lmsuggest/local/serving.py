"""Start the application under a supervisor, say where it is, and keep it running."""

import os
import signal
import sys
from collections.abc import Callable
from functools import partial

from lmsuggest.local import application
from lmsuggest.local.bound import follow_parent
from lmsuggest.local.greeting import greet
from lmsuggest.local.installation import CannotStart, Installation
from lmsuggest.local.preparation import explain, step
from lmsuggest.local.servers import LOOPBACK, ServerBroken, ServerMissing
from lmsuggest.local.supervisor import ProgramFailed, Stopped, Supervisor

READY_WITHIN_SECONDS = 60.0
INTERRUPTED = 130  # what a shell reports for Ctrl-C


def start_application(
    supervisor: Supervisor, installation: Installation, *, bind: str, port: int
) -> tuple[str, int]:
    """Start web, worker and beat, and return host and port at which the web server answers by now.

    Raises:
        ProgramFailed: the web server does not come up.
    """
    environment = installation.environment() | {"PORT": str(port), "BIND": bind}
    address = (LOOPBACK if bind == "0.0.0.0" else bind, port)  # noqa: S104
    with step("Start the web server"):
        supervisor.start(application.web(environment))
        probe = partial(_is_alive, address)
        supervisor.wait_until("web", probe, within_seconds=READY_WITHIN_SECONDS)
    supervisor.start(application.worker(environment))
    supervisor.start(application.beat(environment))
    return address


def keep_running(supervisor: Supervisor, installation: Installation, address: tuple[str, int]) -> None:
    """Greet, then run until somebody asks for the end."""
    first_time = "greeted" not in installation.marks()
    supervisor.say(greet(installation, address, first_time=first_time))
    installation.mark("greeted")
    supervisor.run()


def exit_code_of(work: Callable[[], None]) -> int:
    """Do the work of a command for people: every failure that is expected becomes words and an exit code."""
    # Files are nobody else's; folders let others pass, as PostgreSQL's own user has to, but not look.
    os.umask(0o066)
    if "MAKELEVEL" in os.environ:
        follow_parent(signal.SIGTERM, os.getppid())  # `make` killed: nothing of it stays
    try:
        work()
    except Stopped:
        print("Ended before it was ready; the next start goes on where this one stopped.", flush=True)
        return INTERRUPTED
    except ProgramFailed as failure:
        print(explain(failure), file=sys.stderr, flush=True)
    except (CannotStart, ServerMissing, ServerBroken) as obstacle:
        print(f"✗ {obstacle}", file=sys.stderr, flush=True)
    except PermissionError as error:
        print(f"✗ {error}. The folder may belong to another user.", file=sys.stderr, flush=True)
    else:
        return 0
    return 1


def _is_alive(address: tuple[str, int]) -> bool:
    return application.ask(address, "/healthz") is not None
