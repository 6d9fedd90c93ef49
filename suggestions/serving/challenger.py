"""Ask the challenger what the champion was asked, once the answer is out, and keep what it says."""

import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import structlog
from django.db import DatabaseError, close_old_connections, connections, transaction

from mlmodels import services
from suggestions import metrics
from suggestions.models import ChallengerAnswer
from suggestions.serving.model_answers import Challenge, ModelReply, silent_reply, to_reply

logger = structlog.get_logger(__name__)

MAX_WAITING = 64
"""Batches that may wait for the challenger in one process."""
MAX_WAITING_TRANSACTIONS = 2_000
"""Transactions in them: each brings up to 130 labels along, which is about 13 KB."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The events of one request, and what their transactions are asked with."""

    challenge: Challenge
    event_ids: Sequence[int]
    """One for each transaction of the question, in its order."""


class Backlog:
    """Batches that wait for one thread of their own; too many are refused and never waited for."""

    def __init__(self, work: Callable[[Batch], None]) -> None:
        self._work = work
        self._waiting: deque[Batch] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_busy = False

    def add(self, batch: Batch) -> bool:
        """Let a batch wait for the thread, and tell whether there was room for it."""
        with self._changed:
            size = sum(len(one.event_ids) for one in self._waiting) + len(batch.event_ids)
            if len(self._waiting) >= MAX_WAITING or size > MAX_WAITING_TRANSACTIONS:
                return False
            if self._thread is None:
                # A daemon: what still waits at the end of the process is given up.
                self._thread = threading.Thread(target=self._run, name="challenger", daemon=True)
                self._thread.start()
            self._waiting.append(batch)
            self._changed.notify_all()
        return True

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until nothing is left to do, and tell whether that came to be in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not (self._waiting or self._is_busy), seconds)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                batch = self._waiting.popleft()
                self._is_busy = True
            self._do(batch)
            with self._changed:
                self._is_busy = False
                self._changed.notify_all()

    def _do(self, batch: Batch) -> None:
        try:
            close_old_connections()
            self._work(batch)
            if not self._waiting:
                connections.close_all()  # those of this thread; nobody knows when it is needed again
        except Exception as error:
            # Whatever it is, the next batch is asked. The message may quote a transaction.
            logger.error("challenger_answer.failed", error=type(error).__name__, count=len(batch.event_ids))
            metrics.CHALLENGER_BY_OUTCOME["error"].inc(len(batch.event_ids))


def challenge_later(challenge: Challenge, event_ids: Sequence[int]) -> None:
    """Let the challenger be asked about the transactions of these events once they are committed."""
    transaction.on_commit(lambda: _enqueue(Batch(challenge, event_ids)), robust=True)


def wait_until_idle(seconds: float = 30.0) -> bool:
    """Wait until this process has asked the challenger everything, and tell whether it has."""
    return _backlog().wait_until_idle(seconds)


def _enqueue(batch: Batch) -> None:
    if not _backlog().add(batch):
        metrics.CHALLENGER_BY_OUTCOME["dropped"].inc(len(batch.event_ids))


def _ask_and_record(batch: Batch) -> None:
    replies = _replies(batch.challenge)
    rows = zip(batch.event_ids, replies, strict=True)
    ChallengerAnswer.objects.bulk_create(_to_answer(event_id, reply) for event_id, reply in rows)
    for reply in replies:
        metrics.CHALLENGER_BY_OUTCOME[_outcome_of(reply)].inc()


def _replies(challenge: Challenge) -> list[ModelReply]:
    version_id, question = challenge.challenger.id, challenge.question
    try:
        model = services.loaded_model(challenge.challenger)
        answers = model.predict_unmeasured(
            question.examples, question.history, categories=question.categories, top_k=1
        )
    except Exception as error:
        return [silent_reply(_reason_of(error), version_id)] * len(question.examples)
    return [to_reply(candidates, version_id) for candidates in answers.ranked]


def _reason_of(error: Exception) -> str:
    if isinstance(error, services.ModelUnavailable):
        return error.reason
    return "unavailable" if isinstance(error, DatabaseError) else "predict_error"


def _to_answer(event_id: int, reply: ModelReply) -> ChallengerAnswer:
    prediction = reply.answer.prediction
    return ChallengerAnswer(
        event_id=event_id,
        version_id=reply.version_id,
        category=prediction.category if prediction else "",
        confidence=prediction.confidence if prediction else None,
        failure=reply.answer.failure,
    )


def _outcome_of(reply: ModelReply) -> str:
    if reply.answer.is_error:
        return "error"
    return "answered" if reply.answer.prediction else "silent"


@cache
def _backlog() -> Backlog:
    return Backlog(_ask_and_record)


# A thread does not survive a fork, and its lock may have been held: the child begins with its own backlog.
os.register_at_fork(after_in_child=_backlog.cache_clear)
