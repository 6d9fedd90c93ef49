import os
import re
import subprocess
import sys

import pytest

LOAD = "from mlmodels.learning.ranker import Ranker\ntry:\n    Ranker('')\nexcept Exception:\n    pass"


@pytest.mark.parametrize(
    ("wish", "is_sleeping"),
    [
        pytest.param({}, True, id="by-default"),
        pytest.param({"OMP_WAIT_POLICY": "active"}, False, id="asked"),
    ],
)
def test_lightgbm__loaded__its_threads_sleep_while_they_wait(wish: dict[str, str], is_sleeping: bool) -> None:
    others = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}

    # The OpenMP runtime itself says how often a thread turns round before it sleeps.
    done = subprocess.run(
        [sys.executable, "-c", LOAD],
        env=others | {"OMP_DISPLAY_ENV": "verbose"} | wish,
        capture_output=True,
        text=True,
        check=True,
    )

    turns = re.findall(r"GOMP_SPINCOUNT = '(\d+)'", done.stderr)
    assert turns
    assert {int(one) == 0 for one in turns} == {is_sleeping}
