"""Metrics that are read from the database at scrape time."""

import pytest

from suggestions.domain.ramp.guardrails import NAMES
from suggestions.metrics import HoldCollector
from suggestions.models import RolloutHold
from suggestions.ramp.holds import lift_hold, place_hold
from suggestions.ramp.watching import guard
from tests.ramp_evidence import firing, stand_at

pytestmark = pytest.mark.django_db


def scraped() -> dict[str, float]:
    samples = [sample for metric in HoldCollector().collect() for sample in metric.samples]
    return {sample.labels.get("name", sample.name): sample.value for sample in samples}


def test_holds__none__every_guardrail_is_at_zero() -> None:
    assert scraped() == {"lm_rollout_holds": 0.0} | dict.fromkeys(NAMES, 0.0)


def test_holds__of_a_guardrail_and_a_person__are_counted_until_they_are_lifted() -> None:
    stand_at(2_500)
    guard(look=firing("latency"))
    place_hold(by=None, reason="odd merchants", origin="command")
    before = scraped()

    for hold in RolloutHold.objects.all():
        lift_hold(hold.pk, by=None, reason="looked at it", origin="command")

    assert before == {"lm_rollout_holds": 2.0} | dict.fromkeys(NAMES, 0.0) | {"latency": 1.0}
    assert set(scraped().values()) == {0.0}
