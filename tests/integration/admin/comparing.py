"""Comparisons of rules and champion that a page has something to say about."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from mlmodels.models import ModelVersion
from suggestions.evidence.rollups import fold_events
from suggestions.models import SuggestionEvent
from suggestions.rollout import read_rollout
from tests.builders import make_client, make_transaction

USERS = 64


def make_comparisons(
    agree: int, disagree: int = 0, *, hours: int = 1, **values: Any
) -> list[SuggestionEvent]:
    """Make suggestions of the champion on the present step, spread over the last hours and over 64 users."""
    client, rollout = make_client(), read_rollout()
    row = make_transaction(client)
    champion = ModelVersion.objects.get(status="champion")
    total = agree + disagree
    fixed: dict[str, Any] = {
        "client": client,
        "transaction": row,
        "model_version": champion,
        "source": "rule",
        "rule_category": "Fuel",
        "model_category": "Fuel",
        "served_category": "Fuel",
        "rollout_version": rollout.version,
        "percentage": rollout.percentage,
        "request_size": 1,
        "latency_ms": 20,
    }
    SuggestionEvent.objects.bulk_create(
        SuggestionEvent(
            **fixed
            | {
                "state": "agree" if number < agree else "disagree",
                "user_group": number % USERS,
                "merchant_group": number * 7 % USERS,
            }
            | values
        )
        for number in range(total)
    )
    made = list(SuggestionEvent.objects.order_by("-pk")[:total])
    for age in range(1, hours):
        part = [event.pk for number, event in enumerate(made) if number % hours == age]
        made_at = timezone.now() - timedelta(hours=age)
        SuggestionEvent.objects.filter(pk__in=part).update(created_at=made_at)
    if hours > 1:
        fold_events()  # as beat does: a page counts few hours
    return made
