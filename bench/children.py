"""Run each piece of work in a process of its own, so that its memory is its own."""

import multiprocessing
import os
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any

from bench.measuring import Say

Job = Callable[[Say], Any]
"""Something to do that can be pickled; it says at what stage it is, and returns what can be pickled."""

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class ChildFailed(Exception):
    """A piece of work ended without a result; the message has its traceback."""


def run_all(
    jobs: Sequence[tuple[str, Job]], *, at_once: int, on_stage: Callable[[str, str], None]
) -> list[Any]:
    """Return the results of named jobs in their order, each made in a process that computes on one thread.

    Args:
        jobs: name and work.
        at_once: how many processes at a time.
        on_stage: called from several threads with name and stage; the stage is empty when a job is done.

    Raises:
        ChildFailed: the first of the jobs that failed.
    """
    for name in _THREADS:
        os.environ[name] = "1"  # read when the children load their libraries
    with ThreadPoolExecutor(at_once) as pool:
        running = [pool.submit(_run, name, job, on_stage) for name, job in jobs]
        return [future.result() for future in running]


def _run(name: str, job: Job, on_stage: Callable[[str, str], None]) -> Any:
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(job, sender), daemon=True)
    child.start()
    sender.close()
    try:
        while True:
            kind, content = receiver.recv()
            if kind == "stage":
                on_stage(name, content)
                continue
            if kind == "failed":
                raise ChildFailed(f"{name}:\n{content}")
            on_stage(name, "")
            return content
    except EOFError:
        child.join()
        raise ChildFailed(f"{name}: its process ended with {child.exitcode} before it was done") from None
    finally:
        receiver.close()
        child.join()


def _work(job: Job, sender: "Connection[Any, Any]") -> None:
    try:
        result = job(lambda stage: sender.send(("stage", stage)))
    except Exception:
        sender.send(("failed", traceback.format_exc()))
    else:
        sender.send(("result", result))
