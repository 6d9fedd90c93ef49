"""The backlog of the challenger, without a model and without a database."""

import os
import threading
import warnings
from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY

from mlmodels.domain.history import History
from mlmodels.domain.types import VersionRef
from suggestions.serving import challenger
from suggestions.serving.challenger import MAX_WAITING, MAX_WAITING_TRANSACTIONS, Backlog, Batch
from suggestions.serving.model_answers import Challenge, Question


class Worker:
    """Notes what it was given; holds on while it is told to."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()
        self.has_begun = threading.Event()
        self.done: list[int] = []

    def __call__(self, batch: Batch) -> None:
        self.has_begun.set()
        self.may_go_on.wait(10)
        self.done.append(batch.event_ids[0])


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.may_go_on.set()


def make_batch(first: int, size: int = 1) -> Batch:
    question = Question([], History.nothing(0), frozenset())
    return Batch(Challenge(VersionRef(1, "1" * 64), question), range(first, first + size))


def test_backlog__work_that_hangs__is_never_waited_for_and_more_than_it_holds_is_refused(
    worker: Worker,
) -> None:
    backlog = Backlog(worker)
    assert backlog.add(make_batch(0))
    worker.has_begun.wait(10)

    taken = [backlog.add(make_batch(number)) for number in range(1, MAX_WAITING + 2)]
    is_idle_meanwhile = backlog.wait_until_idle(0.01)
    worker.may_go_on.set()

    assert taken == [True] * MAX_WAITING + [False]
    assert not is_idle_meanwhile
    assert backlog.wait_until_idle(10)
    assert worker.done == list(range(MAX_WAITING + 1))


def test_backlog__few_large_batches__are_bounded_by_their_transactions(worker: Worker) -> None:
    backlog = Backlog(worker)
    assert backlog.add(make_batch(0))
    worker.has_begun.wait(10)

    taken = [backlog.add(make_batch(number, size=MAX_WAITING_TRANSACTIONS // 4)) for number in range(1, 6)]

    assert taken == [True] * 4 + [False]


def test_backlog__after_it_was_full__takes_batches_again(worker: Worker) -> None:
    backlog = Backlog(worker)
    worker.may_go_on.set()
    for number in range(3 * MAX_WAITING):
        if not backlog.add(make_batch(number)):
            assert backlog.wait_until_idle(10)

    assert backlog.wait_until_idle(10)
    assert backlog.add(make_batch(999))
    assert backlog.wait_until_idle(10)
    assert worker.done[-1] == 999


def test_backlog__work_that_fails__leaves_the_thread_to_the_next_batch() -> None:
    done = []

    def fail_first(batch: Batch) -> None:
        done.append(batch.event_ids[0])
        if batch.event_ids[0] == 0:
            raise OSError

    backlog = Backlog(fail_first)
    failed = REGISTRY.get_sample_value("lm_ml_challenger_total", {"outcome": "error"}) or 0

    assert backlog.add(make_batch(0, size=3))
    assert backlog.wait_until_idle(10)
    assert backlog.add(make_batch(3))
    assert backlog.wait_until_idle(10)
    assert done == [0, 3]
    assert REGISTRY.get_sample_value("lm_ml_challenger_total", {"outcome": "error"}) == failed + 3


def test_backlog__thread__does_not_keep_the_process_alive(worker: Worker) -> None:
    Backlog(worker).add(make_batch(0))
    worker.has_begun.wait(10)

    threads = [thread for thread in threading.enumerate() if thread.name == "challenger"]

    assert threads
    assert all(thread.daemon for thread in threads)


def test_backlog_of_the_process__after_a_fork__is_another_that_works() -> None:
    before = challenger._backlog()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer Pythons warn of threads; what follows is that this is safe
        child = os.fork()
    if child == 0:
        os._exit(0 if challenger._backlog() is not before and challenger.wait_until_idle(1) else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert challenger._backlog() is before
