"""Rows for tests, complete by default; a test names only what matters to it."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from mlmodels.domain.history import first_word
from mlmodels.domain.text.key import normalise
from suggestions.models import ApiKey, ChallengerAnswer, Client, Rollout, Rule, SuggestionEvent, Transaction

_numbers = count(1)


def make_client(**overrides: Any) -> Client:
    return Client.objects.create(**{"name": f"client {next(_numbers)}"} | overrides)


def make_key(**owner: Any) -> str:
    _, key = ApiKey.objects.create_key(name="test", **owner)
    return key


def make_transaction(client: Client, **overrides: Any) -> Transaction:
    number = next(_numbers)
    values: dict[str, Any] = {
        "external_id": f"t{number}",
        "user_id": "user-1",
        "description": "TIM HORTONS #1234",
        "amount": Decimal("-4.50"),
        "currency": "CAD",
        "date": date(2026, 3, 1),
    }
    values |= overrides
    merchant = normalise(values["description"])
    return Transaction.objects.create(
        client=client, merchant=merchant, merchant_word=first_word(merchant), **values
    )


def make_rule(**overrides: Any) -> Rule:
    return Rule.objects.create(
        **{"name": "Coffee", "pattern": "tim hortons", "category": "Restaurants"} | overrides
    )


def make_event(transaction: Transaction, **overrides: Any) -> SuggestionEvent:
    values: dict[str, Any] = {
        "client": transaction.client,
        "rule_category": "Restaurants",
        "rule_confidence": 0.9,
        "state": "rule_only",
        "source": "rule",
        "served_category": "Restaurants",
        "rollout_version": 0,
        "percentage": 0,
    }
    return SuggestionEvent.objects.create(transaction=transaction, **values | overrides)


def make_challenger_answer(event: SuggestionEvent, **overrides: Any) -> ChallengerAnswer:
    return ChallengerAnswer.objects.create(
        event=event, **{"category": "Restaurants", "confidence": 0.8} | overrides
    )


def set_canary(percentage: int) -> None:
    Rollout.objects.update_or_create(pk=1, defaults={"percentage": percentage})


def set_blind(share: int) -> None:
    Rollout.objects.update_or_create(pk=1, defaults={"blind_share": share})


def transaction_body(**overrides: Any) -> dict[str, Any]:
    body = {
        "external_id": f"e{next(_numbers)}",
        "user_id": "user-1",
        "description": "TIM HORTONS #1234",
        "amount": -4.5,
        "currency": "CAD",
        "date": "2026-03-01",
    }
    return body | overrides
