"""Status, training, suggestions, prediction, a canary of 10 % and the way back."""

import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from suggestions.domain.bucketing import bucket_of
from tests.smoke.service import JourneyFailed, Service

CANARY_PERCENT = 10
COMPARED = 100
TRANSACTIONS_LOOKED_AT = 20_000
TRAINING_WITHIN_SECONDS = 900
OVER = ("succeeded", "rejected", "failed")


class Console(Protocol):
    """Where an operator changes the rollout."""

    def set_canary(self, percent: int, reason: str) -> None:
        """Set the share of users served by the model."""

    def roll_back(self) -> None:
        """Serve everybody by rules."""


def follow(service: Service, console: Console, say: Callable[[str], None]) -> None:
    """Go through all steps.

    Raises:
        JourneyFailed: at the first step that does not end as it must; the canary is back at 0 % then.
    """
    _require_shadow(service)
    say(_describe_status(service))
    say(_train(service))
    say(_require_model(service))
    say(_compare(service))
    say(_predict(service))
    transactions = _one_transaction_a_user(service)
    try:
        console.set_canary(CANARY_PERCENT, "smoke test: a canary of 10 %, as a trial")
        say(_check_canary(service, transactions))
        console.roll_back()
        say(_check_rules_only(service, transactions))
    except BaseException:
        service.as_operator("POST", "/ml/rollout/rollback", {"reason": "the smoke test failed on its way"})
        raise


def _require_shadow(service: Service) -> None:
    percentage = service.as_operator("GET", "/ml/rollout")["percentage"]
    if percentage:
        raise JourneyFailed(f"the canary is at {percentage} %; the journey starts at 0 %, so roll back first")


def _describe_status(service: Service) -> str:
    status = service.as_client("GET", "/ml/v2/model/status")
    if not status["available"]:
        return f"status: no model yet ({status['reason']})"
    return f"status: v{status['meta']['version']} available"


def _train(service: Service) -> str:
    status, answer = service.send("POST", "/ml/v2/train", {}, service.operator_key)
    if status not in (202, 409):
        raise JourneyFailed(f"training was not accepted: {status} {answer}")
    path = f"/ml/v2/train/{answer['run_id']}"
    deadline = time.monotonic() + TRAINING_WITHIN_SECONDS
    run: Any = {"status": "queued"}
    while run["status"] not in OVER:
        if time.monotonic() > deadline:
            raise JourneyFailed(f"run {answer['run_id']} is still {run['status']}; does a worker run?")
        time.sleep(0.5)
        run = service.as_operator("GET", path)
    if run["status"] != "succeeded":
        raise JourneyFailed(f"training ended as {run['status']}: {run.get('failure')}")
    return f"training: run {run['run_id']} made v{run['model_version']}"


def _require_model(service: Service) -> str:
    status = service.as_client("GET", "/ml/v2/model/status")
    if not status["available"]:
        raise JourneyFailed(f"no model is available after the training: {status['reason']}; promote one")
    meta = status["meta"]
    measured = f"{meta['val_accuracy']:.3f} on {meta['val_size']} held out"
    return f"status: v{meta['version']} available, accuracy {measured}"


def _compare(service: Service) -> str:
    ids = [row["txn_id"] for row in service.transactions(COMPARED)][:COMPARED]
    names = ("lm_suggest_compare_total", "lm_suggest_coverage_total", "lm_suggest_source_total")
    before = {name: service.counter(name) for name in names}
    items = service.suggestions(ids)
    for name in names:
        grown = service.counter(name) - before[name]
        if grown != len(ids):
            raise JourneyFailed(f"{name} grew by {grown:g} for {len(ids)} suggestions")
    sources = {item["source"] for item in items}
    if len(items) != len(ids) or sources != {"rule"}:
        raise JourneyFailed(f"{len(items)} suggestions by {sources} for {len(ids)} transactions in shadow")
    return f"shadow: {len(ids)} suggestions, all by rules, each counted as one comparison"


def _predict(service: Service) -> str:
    answer = service.as_client(
        "POST", "/ml/v2/predict", {"description": "TIM HORTONS #1234", "amount": "-4.50"}
    )
    if not answer["available"]:
        raise JourneyFailed(f"no prediction: {answer['reason']}")
    return f"prediction: {answer['label']} with {answer['confidence']:.2f}"


def _one_transaction_a_user(service: Service) -> dict[str, int]:
    by_user = {
        row["user_id"]: row["txn_id"]
        for row in service.transactions(TRANSACTIONS_LOOKED_AT)
        if row["user_id"]
    }
    if not by_user:
        raise JourneyFailed("no transaction has a user id, so no canary can be shown")
    return by_user


def _check_canary(service: Service, transactions: dict[str, int]) -> str:
    salt = service.as_operator("GET", "/ml/rollout")["salt"]
    buckets = {user: bucket_of(user, client_id=service.client_id, salt=salt) for user in transactions}
    expected = {transactions[user] for user, bucket in buckets.items() if bucket < CANARY_PERCENT * 100}
    served = set(_served_by_model(service, transactions))
    if served != expected:
        missed, surplus = len(expected - served), len(served - expected)
        raise JourneyFailed(f"canary: {missed} expected users did not see the model, {surplus} others did")
    return (
        f"canary at {CANARY_PERCENT} %: the model served the expected {len(expected)} of {len(buckets)} users"
    )


def _check_rules_only(service: Service, transactions: dict[str, int]) -> str:
    served = list(_served_by_model(service, transactions))
    if served:
        raise JourneyFailed(f"after the rollback the model still served {len(served)} suggestions")
    return "rollback: no user sees the model"


def _served_by_model(service: Service, transactions: dict[str, int]) -> Iterator[int]:
    items = service.suggestions(list(transactions.values()))
    return (item["txn_id"] for item in items if item["source"] == "model")
