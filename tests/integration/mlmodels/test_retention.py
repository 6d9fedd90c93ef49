from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.log import Origin
from audit.models import AuditEntry
from mlmodels.models import ModelVersion
from mlmodels.versions import retention
from mlmodels.versions.changing import RegistryRefused
from mlmodels.versions.registry import challenge, promote, roll_back
from suggestions.models import SuggestionEvent
from tests.audit_rows import break_log, failures_counted
from tests.builders import make_client, make_event, make_transaction
from tests.registry_rows import GATE, METRICS, make_champion, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def days_ago() -> Iterator[Any]:
    now = timezone.now()
    return lambda days: now - timedelta(days=days)


def has_bytes(version: ModelVersion) -> bool:
    version.refresh_from_db()
    assert bool(bytes(version.artifact)) is (version.size_bytes > 0)
    return version.size_bytes > 0


def test_prune__more_than_are_kept__the_oldest_lose_their_bytes_and_nothing_else() -> None:
    versions = [make_version(status=status) for status in ("rejected", "candidate", "candidate", "rejected")]

    dropped = retention.prune(keep=2)

    assert dropped == [versions[0].pk, versions[1].pk]
    assert [has_bytes(version) for version in versions] == [False, False, True, True]
    assert [version.status for version in versions] == ["rejected", "archived", "candidate", "rejected"]
    assert (versions[0].metrics, versions[0].gate) == (METRICS, GATE)
    assert retention.prune(keep=2) == []


def test_prune__whoever_answers_or_may_have_to__keeps_its_bytes_and_does_not_count(days_ago: Any) -> None:
    before_last = make_version(status="archived", promoted_at=days_ago(3))
    previous = make_version(status="archived", promoted_at=days_ago(2))
    champion = make_champion(promoted_at=days_ago(1))
    challenger = make_version(status="challenger")
    newest = make_version()

    dropped = retention.prune(keep=1)

    assert dropped == [before_last.pk]
    assert all(has_bytes(version) for version in (previous, champion, challenger, newest))
    assert roll_back(by=None, reason="worse") == previous


def test_prune__previous_champion_is_challenger_for_a_while__the_one_before_it_loses_its_bytes(
    days_ago: Any,
) -> None:
    before_last = make_version(status="archived", promoted_at=days_ago(3))
    previous = make_version(status="archived", promoted_at=days_ago(2))
    make_champion(promoted_at=days_ago(1))
    make_version()
    challenge(previous.pk)

    assert retention.prune(keep=1) == [before_last.pk]

    assert roll_back(by=None, reason="worse") == previous


def test_prune__candidate__is_archived_with_an_entry_that_says_why() -> None:
    candidate, rejected = make_version(), make_version(status="rejected")
    make_version()

    retention.prune(keep=1, origin=Origin.TRAINING)

    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.subject, entry.origin) == ("archive", f"v{candidate.pk}", "training")
    assert "dropped to save space" in entry.reason
    assert (entry.before["status"], entry.after["status"]) == ("candidate", "archived")
    assert not has_bytes(rejected)


def test_prune__log_that_cannot_be_written__saves_the_space_and_is_counted() -> None:
    candidate, _ = make_version(), make_version()
    before = failures_counted()
    break_log()

    assert retention.prune(keep=1) == [candidate.pk]

    assert failures_counted() == before + 1
    assert not has_bytes(candidate)


@pytest.mark.parametrize("act", [lambda pk: promote(pk, by=None, reason="again"), challenge])
def test_promote_and_challenge__bytes_dropped__refused_with_the_reason(act: Any) -> None:
    old = make_version()
    make_version()
    retention.prune(keep=1)

    with pytest.raises(RegistryRefused, match="dropped to save space"):
        act(old.pk)


def test_prune__events_refer_to_the_version__they_stay() -> None:
    old = make_version()
    make_version()
    event = make_event(make_transaction(make_client()), model_version=old)

    retention.prune(keep=1)

    assert SuggestionEvent.objects.get(pk=event.pk).model_version == old
