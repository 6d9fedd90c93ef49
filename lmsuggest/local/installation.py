"""The state folder of an installation on this machine: its settings, its marks, its lock."""

import contextlib
import errno
import fcntl
import json
import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lmsuggest.local.servers import LOOPBACK

DEFAULT_PORT = 8000
ROOT = Path(__file__).resolve().parents[2]
# What another project's shell may hold; an installation on this machine uses its own.
OWN_VARIABLES = (
    "DATABASE_URL",
    "DJANGO_SECRET_KEY",
    "LMSUGGEST_ENV_FILE",
    "METRICS_TOKEN",
    "PROMETHEUS_MULTIPROC_DIR",
    "REDIS_URL",
)


class CannotStart(Exception):
    """Says in one or two lines what is in the way and what to do about it."""


@dataclass(frozen=True, slots=True)
class Installation:
    """One state folder. Everything in it is private to the one who made it."""

    home: Path

    @property
    def env_file(self) -> Path:
        """The settings that lmsuggest.settings reads."""
        return self.home / "env"

    @property
    def credentials_file(self) -> Path:
        """The people's passwords and the keys that were made for this installation."""
        return self.home / "credentials.json"

    @property
    def shown_credentials_file(self) -> str:
        """The same path as a person in the project's folder would type it."""
        path = self.credentials_file
        return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)

    def create(self) -> None:
        """Make the folder; others may pass through it (PostgreSQL's own user has to) but not look."""
        self.home.mkdir(mode=0o711, parents=True, exist_ok=True)

    def settings(self) -> dict[str, str]:
        """Return what the settings file holds."""
        if not self.env_file.exists():
            return {}
        lines = _text_of(self.env_file).splitlines()
        pairs = (line.partition("=") for line in lines if "=" in line)
        return {name: value for name, _, value in pairs}

    def write_settings(self, values: Mapping[str, str]) -> dict[str, str]:
        """Add to the settings file, make a secret key on first use, and return all of it."""
        written = {"DJANGO_SECRET_KEY": secrets.token_urlsafe(50), "LMSUGGEST_INSECURE_HTTP": "1"}
        written |= self.settings() | dict(values)
        text = "".join(f"{name}={value}\n" for name, value in sorted(written.items()))
        write_private(self.env_file, text)
        return written

    def environment(self) -> dict[str, str]:
        """Return the whole environment for a program of this installation."""
        inherited = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
        return (
            inherited
            | self.settings()
            | {
                "DJANGO_SETTINGS_MODULE": "lmsuggest.settings",
                "LMSUGGEST_HOME": str(self.home),
                "PYTHONUNBUFFERED": "1",
            }
        )

    def credentials(self) -> dict[str, Any]:
        """Return passwords and keys by role; empty before they were made, and when the file is damaged."""
        try:
            read = json.loads(self.credentials_file.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return read if isinstance(read, dict) else {}

    def marks(self) -> frozenset[str]:
        """Return which of the steps that are done once are done."""
        path = self.home / "done"
        return frozenset(_text_of(path).split()) if path.exists() else frozenset()

    def mark(self, *steps: str) -> None:
        """Note that steps are done."""
        write_private(self.home / "done", "\n".join(sorted(self.marks() | set(steps))) + "\n")

    def forget_marks(self) -> None:
        """Start over, because the data that the marks speak of is gone."""
        (self.home / "done").unlink(missing_ok=True)

    @contextlib.contextmanager
    def locked(self, address: str) -> Iterator[None]:
        """Hold the folder for this process.

        Raises:
            CannotStart: another process holds it.
        """
        with os.fdopen(os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CannotStart(
                    f"LM Suggest already runs from this folder: {file.read() or 'another process'}.\n"
                    "Open it there, or end that one with Ctrl-C first."
                ) from None
            file.truncate(0)
            file.write(f"{address} (process {os.getpid()})")
            file.flush()
            yield


def installation_at(default: str) -> Installation:
    """Return the installation of LMSUGGEST_HOME, else of a folder of the project."""
    return Installation(Path(os.environ.get("LMSUGGEST_HOME") or ROOT / default).absolute())


def _text_of(path: Path) -> str:
    try:
        return path.read_text()
    except UnicodeDecodeError:
        raise CannotStart(
            f"{path} is damaged. Bring it back from a backup, or move it away:\n"
            "the next start makes a new one."
        ) from None


def write_private(path: Path, text: str) -> None:
    """Replace a file whole, readable by its owner alone."""
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    unfinished.replace(path)


def wanted_address() -> tuple[str, str]:
    """Return the address that BIND asks to listen on, and the URL with what PORT says, proven or not."""
    bind = os.environ.get("BIND") or LOOPBACK
    return bind, f"http://{bind}:{os.environ.get('PORT') or DEFAULT_PORT}"


def wanted_port(variable: str, default: int, *, bind: str, command: str) -> int:
    """Return the port that a variable asks for, once it is known to be free; `command` is what was typed.

    Raises:
        CannotStart: it is no port, or taken.
    """
    text = os.environ.get(variable) or str(default)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotStart(f"{variable}={text} is not a port; give a number from 1 to 65535.")
    port = int(text)
    try:
        with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server will
            probe.bind((bind, port))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise CannotStart(f"Cannot listen on {bind}:{port}: {error.strerror}.") from error
        other = port + 1 if port < 65535 else port - 1
        raise CannotStart(
            f"Port {port} is taken by another program. Choose another one, for example:\n"
            f"    {command} {variable}={other}"
        ) from error
    return port
