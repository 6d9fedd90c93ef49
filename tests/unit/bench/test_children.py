import os
from functools import partial

import pytest

from bench.children import ChildFailed, run_all
from bench.measuring import Say


def tell(word: str, say: Say) -> tuple[str, int, str]:
    say(f"about {word}")
    return word, os.getpid(), os.environ["OMP_NUM_THREADS"]


def fail(say: Say) -> None:
    raise ValueError("out of words")


def vanish(say: Say) -> None:
    os._exit(7)


def test_run_all__two_jobs__results_in_order_each_from_its_own_process() -> None:
    stages: list[tuple[str, str]] = []

    results = run_all(
        [("one", partial(tell, "a")), ("two", partial(tell, "b"))],
        at_once=1,
        on_stage=lambda name, stage: stages.append((name, stage)),
    )

    assert [(word, threads) for word, _, threads in results] == [("a", "1"), ("b", "1")]
    assert len({os.getpid(), *(process for _, process, _ in results)}) == 3
    assert stages == [("one", "about a"), ("one", ""), ("two", "about b"), ("two", "")]


@pytest.mark.parametrize(
    ("job", "message"),
    [pytest.param(fail, "out of words", id="raises"), pytest.param(vanish, "ended with 7", id="dies")],
)
def test_run_all__a_job_fails__named_with_its_reason(job: partial[None], message: str) -> None:
    with pytest.raises(ChildFailed, match=message) as failure:
        run_all([("poor one", job)], at_once=1, on_stage=lambda name, stage: None)

    assert "poor one" in str(failure.value)
