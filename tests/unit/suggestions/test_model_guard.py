import threading
import time

import pytest

from mlmodels.services import ModelUnavailable
from suggestions.serving.model_guard import Breaker, ModelGuard, ModelSilenced


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_call__quick_answer__is_returned() -> None:
    assert ModelGuard(permits=1).call(lambda: 42, deadline=1.0) == 42


def test_call__hung_model__request_is_released_at_the_deadline() -> None:
    release = threading.Event()
    started = time.monotonic()

    with pytest.raises(ModelSilenced, match="timeout"):
        ModelGuard(permits=1).call(release.wait, deadline=0.05)

    waited = time.monotonic() - started
    release.set()
    assert waited < 1.0


def test_call__all_permits_hung__bulkhead_full_until_one_heals() -> None:
    release = threading.Event()
    guard = ModelGuard(permits=2)
    for _ in range(2):
        with pytest.raises(ModelSilenced, match="timeout"):
            guard.call(release.wait, deadline=0.01)

    with pytest.raises(ModelSilenced, match="bulkhead_full"):
        guard.call(lambda: 1, deadline=0.01)
    release.set()

    assert guard.call(lambda: 1, deadline=5.0) == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [(ValueError("secret text"), "predict_error"), (ModelUnavailable("nonfinite"), "nonfinite")],
)
def test_call__model_raises__reason_from_the_closed_list(error: Exception, reason: str) -> None:
    def ask() -> None:
        raise error

    with pytest.raises(ModelSilenced) as caught:
        ModelGuard(permits=1).call(ask, deadline=1.0)

    assert caught.value.reason == reason


def test_breaker__half_of_twenty_failed__opens_probes_and_closes() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for number in range(20):
        assert breaker.allow()
        breaker.record(is_success=number % 2 == 0)

    assert not breaker.allow()
    clock.now += 5.0
    assert breaker.allow()
    assert not breaker.allow()
    breaker.record(is_success=True)
    assert breaker.allow()


def test_breaker__failed_probe__stays_open_for_another_five_seconds() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(20):
        breaker.record(is_success=False)
    clock.now += 5.0
    assert breaker.allow()
    breaker.record(is_success=False)

    clock.now += 4.9
    assert not breaker.allow()


def test_breaker__failures_long_ago__do_not_count() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(19):
        breaker.record(is_success=False)
    clock.now += 11.0
    breaker.record(is_success=False)

    assert breaker.allow()
