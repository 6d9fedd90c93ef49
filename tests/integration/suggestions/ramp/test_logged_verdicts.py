"""What was decided by evidence is judged again from the log, and comes out the same."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import AuditEntry
from mlmodels.models import ModelVersion
from suggestions.models import Client, RolloutChange, SuggestionEvent
from suggestions.ramp.canary import raise_canary
from suggestions.ramp.watching import guard
from suggestions.rollout import read_rollout
from tests.audit_rows import append, break_log
from tests.builders import make_transaction
from tests.ramp_evidence import set_policy, stand_at

pytestmark = pytest.mark.django_db


def recompute(*arguments: str) -> str:
    output = StringIO()
    call_command("evidence", "recompute", *arguments, stdout=output)
    return output.getvalue()


def make_calls(client: Client, count: int, *, state: str, **overrides: Any) -> None:
    one, rollout = make_transaction(client), read_rollout()
    values: dict[str, Any] = {"client": client, "transaction": one, "state": state, "source": "rule"}
    values |= {"rollout_version": rollout.version, "percentage": rollout.percentage}
    values |= {"model_version": ModelVersion.objects.get(), "request_size": 1, "latency_ms": 20}
    SuggestionEvent.objects.bulk_create(
        SuggestionEvent(user_group=number * 7 % 256, merchant_group=number * 11 % 256, **values | overrides)
        for number in range(count)
    )


@pytest.fixture
def ramped(alice: Client) -> None:
    """A raise past the gates on what was counted, and a guardrail that lowered it again."""
    stand_at(0)
    make_calls(alice, 380, state="agree")
    make_calls(alice, 20, state="disagree")
    raise_canary(
        1_000, by=None, reason="a trial of ten percent", origin=RolloutChange.Origin.COMMAND, override=True
    )
    make_calls(alice, 30, state="model_error", fallback="checksum")
    guard()


@pytest.mark.usefixtures("ramped")
def test_recompute__a_raise_and_a_guardrail__come_out_the_same() -> None:
    output = recompute()

    held = [entry for entry in AuditEntry.objects.all() if "verdicts" in entry.evidence]
    assert read_rollout().percentage == 0
    assert {entry.kind for entry in held} == {"percentage", "guardrail"}
    assert f"The verdicts of {len(held)} entries recomputed, all the same." in output


def test_recompute__a_raise_through_open_gates__comes_out_the_same(alice: Client) -> None:
    stand_at(0)
    set_policy(began_at=timezone.now() - timedelta(days=30))
    make_calls(alice, 400, state="agree")
    SuggestionEvent.objects.update(created_at=timezone.now() - timedelta(hours=60))
    make_calls(alice, 120, state="agree")

    raise_canary(1_000, by=None, reason="all green", origin=RolloutChange.Origin.COMMAND)

    assert not RolloutChange.objects.latest("version").is_overridden
    assert "The verdicts of 1 entry recomputed, all the same." in recompute()


@pytest.mark.usefixtures("ramped")
def test_recompute__one_altered_number__is_found_with_its_place_and_ends_with_1() -> None:
    evidence = AuditEntry.objects.filter(kind="guardrail").latest("sequence").evidence
    evidence["verdicts"]["agreement"]["lower"] += 0.01
    forged = append(evidence=evidence)
    append(evidence=evidence)

    with pytest.raises(
        CommandError, match=rf"Entry {forged.sequence} does not .* agreement\.lower"
    ) as failure:
        recompute()

    assert failure.value.returncode == 1


@pytest.mark.usefixtures("ramped")
def test_recompute__one_entry__judges_that_one_alone() -> None:
    good = AuditEntry.objects.filter(kind="guardrail").earliest("sequence")
    forged = append(evidence=good.evidence | {"verdicts": {}})

    assert "1 entry recomputed" in recompute(str(good.sequence))
    with pytest.raises(CommandError, match=f"Entry {forged.sequence} "):
        recompute(str(forged.sequence))


def test_recompute__entry_without_verdicts_or_none__says_so() -> None:
    without = append()

    for number in (without.sequence, 999_999):
        with pytest.raises(CommandError, match=f"no entry {number} with verdicts"):
            recompute(str(number))


def test_recompute__nothing_in_the_log__is_no_failure() -> None:
    append(reason='a reason that speaks of "verdicts":')

    assert "No entry holds verdicts yet." in recompute()


def test_recompute__table_that_cannot_be_read__says_what_to_do() -> None:
    break_log()

    with pytest.raises(CommandError, match=r"manage\.py migrate"):
        recompute()
