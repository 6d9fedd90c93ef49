"""The three processes of the application itself, as every installation starts them."""

import http.client
import json
import sys
from collections.abc import Mapping
from typing import Any

from lmsuggest.local.installation import ROOT
from lmsuggest.local.processes import Program

# As root Celery warns at length; on one machine that is what was asked for.
QUIET_AS_ROOT = "ignore:You're running the worker with superuser privileges"


def web(environment: Mapping[str, str]) -> Program:
    """Return the web server; gunicorn.conf.py says how it serves."""
    return _python("web", "-m", "gunicorn", environment=environment)


def worker(environment: Mapping[str, str]) -> Program:
    """Return the worker of both queues."""
    options = ("--queues", "celery,training", "--concurrency", "2", "--without-gossip", "--without-mingle")
    return _python(
        "worker",
        *("-W", QUIET_AS_ROOT, "-m", "celery", "-q", "-A", "lmsuggest", "worker"),
        *("--loglevel", "WARNING", *options),
        environment=environment,
    )


def beat(environment: Mapping[str, str]) -> Program:
    """Return the one process that sends what the schedule says."""
    return _python(
        "beat",
        *("-m", "celery", "-q", "-A", "lmsuggest", "beat", "--loglevel", "WARNING", "--pidfile", ""),
        environment=environment,
    )


def manage(environment: Mapping[str, str], *arguments: str) -> Program:
    """Return one run of manage.py."""
    return _python(arguments[0], "manage.py", *arguments, environment=environment)


def ask(address: tuple[str, int], path: str, *, key: str = "") -> Any:
    """Return the JSON that the web server answers to a GET; None when it does not answer with 200."""
    connection = http.client.HTTPConnection(*address, timeout=5)
    try:
        connection.request("GET", path, headers={"Authorization": f"Api-Key {key}"} if key else {})
        answer = connection.getresponse()
        return json.loads(answer.read()) if answer.status == http.HTTPStatus.OK else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()


def _python(name: str, *arguments: str, environment: Mapping[str, str]) -> Program:
    return Program(name=name, command=(sys.executable, *arguments), environment=environment, directory=ROOT)
