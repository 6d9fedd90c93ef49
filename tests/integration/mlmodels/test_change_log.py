"""Each change of champion or challenger, and its entry in the audit log."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from audit.log import Origin
from audit.models import AuditEntry
from mlmodels.models import ModelVersion
from mlmodels.versions.changing import RegistryRefused
from mlmodels.versions.registry import challenge, champion_ref, end_challenge, promote, roll_back
from tests.audit_rows import break_log, failures_counted, mend_log
from tests.registry_rows import GATE, make_champion, make_version, refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada")


def facts(version: ModelVersion) -> dict[str, Any]:
    return {"version": version.pk, "sha256": version.sha256}


def test_promote__with_its_gate_and_figures__is_logged(ada: User) -> None:
    before, version = make_champion(), make_version()

    promote(version.pk, by=ada, reason="better", origin=Origin.ADMIN)

    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.subject, entry.actor) == ("champion", f"v{version.pk}", "ada")
    assert (entry.origin, entry.reason) == ("admin", "better")
    assert (entry.before, entry.after) == (facts(before), facts(version))
    assert entry.evidence["gate"] == GATE
    assert entry.evidence["metrics"]["val_accuracy"] == 0.91


def test_promote__over_the_gate__says_so() -> None:
    version = make_version(**refused_by("f1_macro"))

    promote(version.pk, by=None, reason="rare categories", override_gate=True)

    entry = AuditEntry.objects.get()
    assert entry.before == {}
    assert entry.after == facts(version) | {"is_gate_overridden": True}


def test_roll_back__from_and_to__is_logged(ada: User) -> None:
    first, second = make_version(), make_version()
    promote(first.pk, by=None, reason="first")
    promote(second.pk, by=None, reason="second")

    roll_back(by=ada, reason="complaints", origin=Origin.ADMIN)

    entry = AuditEntry.objects.earliest("-sequence")
    assert (entry.kind, entry.actor, entry.reason) == ("champion", "ada", "complaints")
    assert (entry.before, entry.after) == (facts(second), facts(first))


def test_challenge__begun_replaced_and_ended__is_logged_each_time(ada: User) -> None:
    first, second = make_version(), make_version()

    challenge(first.pk, reason="it passed")
    challenge(second.pk, by=ada, origin=Origin.ADMIN)
    challenge(second.pk, by=ada, origin=Origin.ADMIN)
    end_challenge(by=ada, reason="enough seen", origin=Origin.ADMIN)
    end_challenge(by=ada)

    begun, replaced, ended = AuditEntry.objects.order_by("sequence")
    assert (begun.kind, begun.actor, begun.origin, begun.reason) == (
        "challenger",
        "",
        "training",
        "it passed",
    )
    assert (begun.before, begun.after) == ({}, facts(first))
    assert (replaced.actor, replaced.before, replaced.after) == ("ada", facts(first), facts(second))
    assert (ended.reason, ended.before, ended.after) == ("enough seen", facts(second), {})


@pytest.mark.parametrize("change", [lambda pk: promote(pk, by=None, reason="better"), challenge])
def test_way_up__that_cannot_be_logged__is_refused(change: Any) -> None:
    champion, version = make_champion(), make_version()
    break_log()

    with pytest.raises(RegistryRefused, match="audit log cannot be written"):
        change(version.pk)

    mend_log()
    reference = champion_ref()
    assert reference is not None
    assert reference.id == champion.pk
    assert ModelVersion.objects.get(pk=version.pk).status == "candidate"


def test_way_back__that_cannot_be_logged__works_and_is_counted() -> None:
    first, second, third = make_version(), make_version(), make_version()
    promote(first.pk, by=None, reason="first")
    promote(second.pk, by=None, reason="second")
    challenge(third.pk)
    before = failures_counted()
    break_log()

    assert roll_back(by=None, reason="complaints") == first
    assert end_challenge() == third
    assert failures_counted() == before + 2
