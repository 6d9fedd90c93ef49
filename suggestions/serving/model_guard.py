"""The guard between a request and the model: a deadline, permits and a breaker."""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from django.conf import settings

from mlmodels import services
from suggestions.metrics import BREAKER_OPEN

Answer = TypeVar("Answer")

WINDOW_SECONDS = 10.0
MIN_CALLS = 20
MAX_ERROR_SHARE = 0.5
PROBE_AFTER_SECONDS = 5.0


class ModelSilenced(Exception):
    """The model gave no answer in time, for the reason named."""

    def __init__(self, reason: str, version_id: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.version_id = version_id


class Breaker:
    """Stop asking a model that keeps failing; let one probe through from time to time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calls: deque[tuple[float, bool]] = deque()
        self._opened_at: float | None = None
        self._lock = threading.Lock()

    def allow(self) -> bool:
        """Tell whether the model may be asked now."""
        with self._lock:
            if self._opened_at is None:
                return True
            if self._clock() - self._opened_at < PROBE_AFTER_SECONDS:
                return False
            self._opened_at = self._clock()  # this call is the probe; the next one waits again
            return True

    def record(self, *, is_success: bool) -> None:
        """Note a call's outcome; open when at least half of at least 20 calls in 10 seconds failed."""
        with self._lock:
            now = self._clock()
            if self._opened_at is not None:
                if is_success:
                    self._opened_at = None
                    self._calls.clear()
            else:
                self._calls.append((now, is_success))
                while self._calls and self._calls[0][0] < now - WINDOW_SECONDS:
                    self._calls.popleft()
                failures = sum(not ok for _, ok in self._calls)
                if len(self._calls) >= MIN_CALLS and failures >= MAX_ERROR_SHARE * len(self._calls):
                    self._opened_at = now
            BREAKER_OPEN.set(int(self._opened_at is not None))


class ModelGuard:
    """Run model calls on a few threads of their own, so that a hung one can never hold a request."""

    def __init__(self, *, permits: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool = ThreadPoolExecutor(max_workers=permits, thread_name_prefix="model")
        self._permits = threading.Semaphore(permits)
        self._breaker = Breaker(clock)

    def call(self, ask: Callable[[], Answer], *, deadline: float) -> Answer:
        """Return what `ask` returns within `deadline` seconds, the wait for a free thread included.

        Raises:
            ModelSilenced: breaker_open, bulkhead_full, timeout, or the reason of the model's own error.
        """
        if not self._breaker.allow():
            raise ModelSilenced("breaker_open")
        started = time.monotonic()
        if not self._permits.acquire(timeout=deadline):
            self._breaker.record(is_success=False)
            raise ModelSilenced("bulkhead_full")
        future: Future[Answer] = self._pool.submit(ask)
        # The permit comes back when the call ends, be it long after its request has gone.
        future.add_done_callback(lambda _: self._permits.release())
        try:
            answer = future.result(timeout=max(0.0, deadline - (time.monotonic() - started)))
        except Exception as error:
            self._breaker.record(is_success=False)
            raise ModelSilenced(_reason_of(error)) from error
        self._breaker.record(is_success=True)
        return answer


def _reason_of(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, services.ModelUnavailable):
        return str(error.reason)
    return "predict_error"


@cache
def model_guard() -> ModelGuard:
    """Return the guard of this process, made on first use: threads do not survive a fork."""
    return ModelGuard(permits=settings.SUGGEST_SHADOW_PERMITS)


def deadline_for(rows: int) -> float:
    """Return the seconds a model call of so many transactions may take."""
    milliseconds = (
        settings.SUGGEST_SHADOW_DEADLINE_MS + (rows - 1) * settings.SUGGEST_SHADOW_DEADLINE_MS_PER_ROW
    )
    return float(milliseconds) / 1000
