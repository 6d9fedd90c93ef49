import signal

import pytest

from lmsuggest.local.processes import describe_exit


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param(0, "exit code 0", id="in order"),
        pytest.param(3, "exit code 3", id="failed"),
        pytest.param(-signal.SIGKILL, "killed by SIGKILL", id="named signal"),
        pytest.param(-40, "killed by signal 40", id="nameless signal"),
    ],
)
def test_describe_exit__code__in_words(code: int, words: str) -> None:
    assert describe_exit(code) == words
