"""The command that holds predictors against each other, on a file made here."""

import json
import random
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from bench.quality import main
from tests.examples import MERCHANTS

ROWS = 700
ENVIRONMENT = {"DJANGO_SECRET_KEY": "none", "LMSUGGEST_ENV_FILE": "", "PATH": "/usr/bin:/bin"}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chance = random.Random(1)
    lines = ["date,description,amount,user_id,category"]
    for row in range(ROWS):
        category = chance.choice(list(MERCHANTS))
        name = f"{chance.choice(MERCHANTS[category])} {row % 7}"
        day = date(2025, 1, 1) + timedelta(days=row // 5)
        lines.append(f"{day},{name},-{1 + row % 30}.00,user-{row % 10 // 9},{category}")
    path = tmp_path_factory.mktemp("bank") / "bank.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run(*arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bench.quality", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=300,
    )


def test_quality__a_small_file__tables_figures_and_plot(path: Path, tmp_path: Path) -> None:
    done = run(path, "--only", "majority", "lookup", "svc", "--out", tmp_path)

    assert done.returncode == 0, done.stderr
    assert re.search(r"560 rows learned from, with 5 categories; 140 measured", done.stdout)
    assert (tmp_path / "quality-category.md").read_text(encoding="utf-8") in done.stdout
    figures = json.loads((tmp_path / "quality-category.json").read_text(encoding="utf-8"))
    assert [one["title"] for one in figures] == ["majority", "merchant lookup", "LinearSVC, text and users"]
    accuracies = [one["frozen"]["evaluation"]["accuracy"] for one in figures]
    assert accuracies[0] < 0.5 < 0.9 < min(accuracies[1:])
    assert all(one["cost"]["peak_bytes"] > 10e6 for one in figures)
    assert (tmp_path / "reliability-category.png").read_bytes().startswith(b"\x89PNG")
    assert "Measuring" in done.stderr


def test_quality__held_out_users__a_line_for_each_way(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main([str(path), "--held-out-users", "1", "--only", "lookup", "--out", str(tmp_path)])

    printed = capsys.readouterr().out
    assert status == 0
    assert "1 held out with 630 rows, 70 rows of others" in printed
    assert re.search(r"^\| merchant lookup \|( \d\.\d{3} \|){4}$", printed, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--target", "colour"], "colour", id="no-such-column"),
        pytest.param(["--held-out-users", "5"], "5", id="too-few-users"),
        pytest.param(["--limit", "5"], "two days", id="one-day"),
    ],
)
def test_quality__impossible__said_with_status_one(
    path: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main([str(path), *arguments])

    assert status == 1
    assert message in capsys.readouterr().err
