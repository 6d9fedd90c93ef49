"""The way down needs nothing but the database: no broker, no worker, no evidence, no log."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from audit.models import AuditEntry, AuditHead
from suggestions.models import RolloutChange, RolloutHold
from suggestions.ramp.holds import lift_hold, place_hold
from suggestions.ramp.policy import read_policy, save_policy
from suggestions.ramp.watching import guard
from suggestions.rollout import RolloutRefused, read_rollout, roll_back
from tests.audit_rows import as_owner
from tests.ramp_evidence import firing, stand_at

ROOT = Path(__file__).resolve().parents[4]
NOWHERE = "redis://127.0.0.1:1/0"


def break_the_log() -> None:
    with as_owner():
        AuditHead.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_roll_back__with_redis_down_and_no_worker__is_done_before_the_command_returns() -> None:
    stand_at(2_500)
    database = connection.settings_dict
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    command = [sys.executable, str(ROOT / "manage.py"), "rollout", "rollback", "--reason", "redis is down"]

    done = subprocess.run(
        command,
        env=os.environ | {"REDIS_URL": NOWHERE, "DATABASE_URL": address},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "25 % → 0 %" in done.stdout
    assert read_rollout().percentage == 0


@pytest.mark.django_db
def test_guard__with_a_broken_log__lowers_and_holds_all_the_same() -> None:
    stand_at(2_500)
    break_the_log()

    guard(look=firing("error_burst"))

    assert read_rollout().percentage == 0
    assert RolloutHold.objects.count() == 1


@pytest.mark.django_db
def test_what_widens__with_a_broken_log__is_refused_and_what_narrows_is_not() -> None:
    stand_at(2_500)
    break_the_log()

    hold = place_hold(by=None, reason="the log is broken", origin="command")
    with pytest.raises(RolloutRefused, match="audit"):
        lift_hold(hold.pk, by=None, reason="go on", origin="command")
    with pytest.raises(RolloutRefused, match="audit"):
        save_policy(replace(read_policy(), proposal_hours=1), by=None, reason="go on", origin="command")
    roll_back(by=None, reason="complaints", origin=RolloutChange.Origin.COMMAND)

    hold.refresh_from_db()
    assert hold.lifted_at is None
    assert read_rollout().percentage == 0


@pytest.mark.django_db
def test_log__a_guardrail_that_lowers__writes_what_it_did_with_the_evidence() -> None:
    stand_at(2_500)

    guard(look=firing("error_burst"))

    kinds = dict(AuditEntry.objects.order_by("sequence").values_list("kind", "origin"))
    entry = AuditEntry.objects.get(kind="guardrail")
    assert kinds["percentage"] == kinds["guardrail"] == "guardrail"
    assert (entry.actor, entry.after["guardrail"]) == ("", "error_burst")
    assert entry.evidence["inputs"]
