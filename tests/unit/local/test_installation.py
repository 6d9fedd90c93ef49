import socket
from pathlib import Path

import pytest

from lmsuggest.local.greeting import greet
from lmsuggest.local.installation import (
    CannotStart,
    Installation,
    installation_at,
    wanted_port,
    write_private,
)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    made = Installation(tmp_path / "a folder")
    made.create()
    return made


def test_write_settings__first_time__makes_a_secret_key_that_stays(installation: Installation) -> None:
    first = installation.write_settings({})
    second = installation.write_settings({"REDIS_URL": "redis://127.0.0.1:1/0"})

    assert len(first["DJANGO_SECRET_KEY"]) >= 50
    assert second == first | {"REDIS_URL": "redis://127.0.0.1:1/0"}
    assert installation.settings() == second


def test_write_settings__two_installations__have_different_keys(tmp_path: Path) -> None:
    keys = set()
    for name in ("one", "two"):
        made = Installation(tmp_path / name)
        made.create()
        keys.add(made.write_settings({})["DJANGO_SECRET_KEY"])

    assert len(keys) == 2


def test_write_private__over_an_open_file__leaves_one_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "env"
    path.write_text("old")
    path.chmod(0o644)

    write_private(path, "new")

    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["env"]


def test_environment__settings_of_another_project_in_the_shell__are_not_used(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody.else/production")
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    written = installation.write_settings({})

    environment = installation.environment()

    assert "DATABASE_URL" not in environment
    assert environment["LOG_LEVEL"] == "DEBUG"
    assert environment["DJANGO_SECRET_KEY"] == written["DJANGO_SECRET_KEY"]
    assert environment["LMSUGGEST_HOME"] == str(installation.home)


def test_mark__some_steps__are_kept_until_forgotten(installation: Installation) -> None:
    installation.mark("people", "demo")
    installation.mark("trained")
    kept = installation.marks()
    installation.forget_marks()

    assert kept == {"people", "demo", "trained"}
    assert installation.marks() == frozenset()


@pytest.mark.parametrize("name", ["env", "done"])
def test_installation__damaged_file__is_named_with_a_way_out(installation: Installation, name: str) -> None:
    (installation.home / name).write_bytes(b"A=1\n\xff\xfe")

    with pytest.raises(CannotStart, match=f"{name} is damaged.*, or move it away"):
        installation.settings() if name == "env" else installation.marks()


@pytest.mark.parametrize("content", [b"", b'{"admin": ', b"[]", b"\xff\xfe"])
def test_credentials__damaged_file__greets_with_where_to_read_on(
    installation: Installation, content: bytes
) -> None:
    installation.credentials_file.write_bytes(content)

    greeting = greet(installation, ("127.0.0.1", 8000), first_time=True)

    assert "is ready" in greeting
    assert "Passwords and keys: not in the state folder any more; docs/runbook.md says" in greeting


def test_locked__folder_in_use__second_is_told_where_the_first_one_is(installation: Installation) -> None:
    with (
        installation.locked("http://127.0.0.1:8000"),
        pytest.raises(CannotStart, match=r"already runs .* http://127\.0\.0\.1:8000 \(process \d+\)"),
        installation.locked("http://127.0.0.1:9999"),
    ):
        pass

    with installation.locked("http://127.0.0.1:9999"):
        pass  # free again


def test_wanted_port__taken__says_so_and_names_another(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        with pytest.raises(CannotStart) as refusal:
            wanted_port("PORT", 8000, bind="127.0.0.1", command="make run")

    assert f"Port {port} is taken" in str(refusal.value)
    assert f"make run PORT={port + 1 if port < 65535 else port - 1}" in str(refusal.value)


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "８０００", "8000.0"])
def test_wanted_port__no_port__says_what_one_is(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", text)

    with pytest.raises(CannotStart, match=f"PORT={text} is not a port"):
        wanted_port("PORT", 8000, bind="127.0.0.1", command="make run")


def test_installation_at__no_variable__is_in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LMSUGGEST_HOME")

    assert installation_at(".local").shown_credentials_file == ".local/credentials.json"
