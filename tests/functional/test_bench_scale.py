"""The command that trains on a grown file: a database of its own, the service's own training."""

import random
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from bench.scale import main
from tests.examples import MERCHANTS

STAGES = ["reading", "preparing", "learning", "searching", "evaluating", "fitting", "sealing", "validating"]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chance = random.Random(1)
    lines = ["date,description,amount,user_id,category"]
    for row in range(300):
        category = chance.choice(list(MERCHANTS))
        day = date(2025, 1, 1) + timedelta(days=row)
        name = chance.choice(MERCHANTS[category])
        lines.append(f"{day},{name},-{1 + row % 30}.00,user-{row % 9},{category}")
    path = tmp_path_factory.mktemp("bank") / "bank.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_scale__a_small_file_grown__trained_stage_by_stage(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.scale", str(path), "--rows", "900"],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin"},
        timeout=180,
    )

    assert done.returncode == 0, done.stderr
    table = re.findall(r"^\| (\w+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", done.stdout, flags=re.MULTILINE)
    assert [row[0] for row in table] == [*STAGES, "registering", "all"]
    peaks = [float(row[3]) for row in table]
    assert 0.05 < peaks[0] <= peaks[-1] < 2
    assert "refit_size 900;" in done.stdout
    assert "Filling" in done.stderr


def test_scale__a_file_without_dates__refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bank.csv"
    path.write_text("description,amount,category\nPIZZERIA ROMA,-3.00,Restaurants", encoding="utf-8")

    assert main([str(path)]) == 1
    assert "date" in capsys.readouterr().err
