"""The image: built from what exists, without a compiler, and served by nobody in particular."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
COPIES = [line.split()[1:-1] for line in DOCKERFILE.splitlines() if re.match(r"COPY (?!--from)", line)]
SOURCES = sorted({source for copy in COPIES for source in copy})


def stage(number: int) -> str:
    return re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[number]


@pytest.mark.parametrize("source", SOURCES)
def test_copy__takes_what_exists_and_reaches_the_builder(source: str) -> None:
    assert (ROOT / source).exists()
    assert f"!{source.rstrip('/')}" in IGNORED


def test_dockerignore__lets_through_only_what_is_copied() -> None:
    allowed = {line.removeprefix("!") for line in IGNORED if line.startswith("!")}

    assert "*" in IGNORED
    assert allowed == {source.rstrip("/") for source in SOURCES}


def test_image__has_every_package_of_ours() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}

    assert packages <= {source.rstrip("/") for source in SOURCES}


def test_image__installs_only_locked_packages() -> None:
    assert "--require-hashes" in stage(1)
    assert "requirements.txt" in stage(1)
    assert "pip install" not in stage(2)


def test_image__is_slim_pinned_and_has_the_openmp_runtime() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.MULTILINE)

    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.12\.\d+-slim-\w+", bases[0])
    assert "libgomp1" in stage(2)


def test_image__runs_gunicorn_as_an_unprivileged_user() -> None:
    instructions = [line for line in stage(2).splitlines() if re.match(r"[A-Z]+ ", line)]
    user = next(at for at, line in enumerate(instructions) if line.startswith("USER "))

    assert instructions[user] == "USER lmsuggest"
    assert not any(line.startswith(("RUN ", "COPY ")) for line in instructions[user:])
    assert instructions[-1] == 'CMD ["gunicorn", "--config", "gunicorn.conf.py"]'


def test_image__collects_static_files_where_they_are_served_from() -> None:
    assert re.search(r"STATIC_ROOT=/app/staticfiles\b", stage(2))
    assert "manage.py collectstatic --noinput" in stage(2)


def test_image__is_healthy_when_healthz_answers() -> None:
    check = re.search(r"^HEALTHCHECK .*$", DOCKERFILE, flags=re.MULTILINE)

    assert check
    assert "http://127.0.0.1:8000/healthz" in check[0]
