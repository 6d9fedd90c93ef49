from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext

from mlmodels.domain.drift import DriftEvidence, Reading, read_mix
from suggestions.demo.generator import generate_transactions
from suggestions.intake import upsert_transactions
from suggestions.models import Client, Transaction
from suggestions.training_source.drift import drift_evidence
from tests.builders import make_event, make_transaction
from tests.registry_rows import make_champion, make_version

pytestmark = pytest.mark.django_db

TRAINED_AT = datetime(2026, 3, 1, 3, tzinfo=UTC)
TODAY = date(2026, 4, 10)
HOUR = timedelta(hours=1)


def evidence(version_id: int = 0, today: date = TODAY) -> DriftEvidence:
    return drift_evidence(version_id=version_id, trained_at=TRAINED_AT, today=today)


def judged(client: Client, version: Any, answer: str, category: str, after: timedelta) -> Transaction:
    row = make_transaction(
        client, feedback_category=category, feedback_verdict="accepted", feedback_at=TRAINED_AT + after
    )
    make_event(row, model_version=version, model_category=answer)
    return row


def test_outcomes__verdicts_since_the_training__in_their_order_and_one_a_transaction(
    alice: Client,
) -> None:
    champion, other = make_champion(), make_version()
    later = judged(alice, champion, "Fuel", "Fuel", 2 * HOUR)
    make_event(later, model_version=champion, model_category="Coffee")
    judged(alice, champion, "Fuel", "Coffee", HOUR)
    judged(alice, champion, "Fuel", "Fuel", -HOUR)
    judged(alice, champion, "", "Fuel", HOUR)
    judged(alice, other, "Coffee", "Fuel", HOUR)
    by_staff = judged(alice, champion, "Fuel", "Coffee", HOUR)
    Transaction.objects.filter(pk=by_staff.pk).update(feedback_source="staff")
    known_before = judged(alice, champion, "Fuel", "Coffee", HOUR)
    known_before.events.update(is_label_known=True)

    assert list(evidence(champion.pk).outcomes) == [False, True]


def test_mixes__four_weeks_beside_the_days_before_the_training__counted(alice: Client) -> None:
    for number in range(20):
        make_transaction(
            alice,
            date=date(2026, 2, 1) + timedelta(days=number),
            amount=Decimal(-number),
            description=f"SHOP {'ABCDEFGHIJ'[number % 10]}",
            category="Coffee",
        )
    for description in ("SHOP A", "SOMETHING NEW"):
        make_transaction(
            alice, date=date(2026, 3, 15), amount=Decimal(5), description=description, category="Fuel"
        )
    make_transaction(alice, date=TODAY, category="Today is not over")
    make_transaction(alice, date=date(2026, 3, 5), category="Between training and the four weeks")

    mixes = evidence().mixes

    assert mixes["categories"] == ({"Coffee": 20}, {"Fuel": 2})
    assert mixes["amounts"][1] == {"decile 10": 2}
    assert sum(mixes["amounts"][0].values()) == 20
    assert mixes["merchants"] == ({"known": 2}, {"known": 1, "new": 1})


def test_mixes__trained_within_the_four_weeks__nothing_to_compare(alice: Client) -> None:
    make_transaction(alice, date=date(2026, 3, 3), category="Fuel")

    assert evidence(today=date(2026, 3, 28)).mixes["categories"] == ({}, {})
    assert evidence(today=date(2026, 3, 29)).mixes["categories"][1] == {"Fuel": 1}


def test_drift_evidence__many_rows__five_queries(alice: Client) -> None:
    champion = make_champion()
    for number in range(30):
        judged(alice, champion, "Fuel", "Fuel", timedelta(minutes=number + 1))

    with CaptureQueriesContext(connection) as queries:
        list(evidence(champion.pk).outcomes)

    assert len(queries) == 5


DEMO_END = date(2026, 6, 30)
TRAINED_BEFORE = [timedelta(days=days) for days in (120, 240)]


@pytest.fixture
def demo(alice: Client) -> Client:
    rows = generate_transactions(seed=1, users=300, transactions=20_000, end=DEMO_END)
    upsert_transactions(alice, rows)
    return alice


def looks(trained: timedelta) -> Iterator[list[Reading]]:
    """Measure every fourth day from the first that can be compared until the demo ends."""
    trained_on = DEMO_END - trained
    trained_at = datetime.combine(trained_on, time(3), tzinfo=UTC)
    for days in range(28, trained.days, 4):
        found = drift_evidence(version_id=0, trained_at=trained_at, today=trained_on + timedelta(days=days))
        yield [read_mix(kind, *mix, measures=len(found.mixes)) for kind, mix in found.mixes.items()]


def test_drift__a_steady_year_replayed__no_alarm(demo: Client) -> None:
    alarms = [
        reading
        for trained in TRAINED_BEFORE
        for look in looks(trained)
        for reading in look
        if reading.is_drift
    ]

    assert alarms == []


def test_drift__prices_and_merchants_change__found(demo: Client) -> None:
    moved = Transaction.objects.filter(date__gte=DEMO_END - timedelta(days=40))
    moved.update(amount=F("amount") * 3, description=Concat(Value("NEW "), "external_id"))

    *_, last_look = looks(TRAINED_BEFORE[0])

    assert {reading.kind for reading in last_look if reading.is_drift} == {"amounts", "merchants"}
