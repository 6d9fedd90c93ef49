"""Put a candidate aside: with a reason, in the log, and never in the way of a roll back."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.models import AuditEntry
from mlmodels.models import ModelVersion
from mlmodels.versions import archiving, registry
from mlmodels.versions.changing import RegistryRefused
from tests.registry_rows import status_of

pytestmark = pytest.mark.django_db
MakeVersion = Callable[..., ModelVersion]


def archive(version: ModelVersion) -> ModelVersion:
    return archiving.archive(version.pk, by=None, reason="worse on fuel")


def test_archive__candidate__is_put_aside_and_logged(make_version: MakeVersion) -> None:
    version = make_version()

    archive(version)

    entry = AuditEntry.objects.get()
    assert status_of(version) == "archived"
    assert (entry.kind, entry.subject, entry.reason) == ("archive", f"v{version.pk}", "worse on fuel")


def test_archive__candidate__is_never_where_a_roll_back_goes_and_can_be_promoted(
    make_version: MakeVersion,
) -> None:
    first, second, aside = make_version(), make_version(), make_version()
    registry.promote(first.pk, by=None, reason="first")
    registry.promote(second.pk, by=None, reason="second")
    archive(aside)

    back = registry.roll_back(by=None, reason="worse")
    promoted = registry.promote(aside.pk, by=None, reason="after all")

    assert (back.pk, promoted.pk) == (first.pk, aside.pk)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("champion", "roll back, first"),
        ("challenger", "End the challenge first"),
        ("archived", "nothing to do"),
        ("rejected", "waits for nothing"),
    ],
)
def test_archive__no_candidate__is_refused_with_what_to_do(
    make_version: MakeVersion, status: str, said: str
) -> None:
    version = make_version(status=status)

    with pytest.raises(RegistryRefused) as refusal:
        archive(version)

    assert said in refusal.value.detail
    assert status_of(version) == status
    assert not AuditEntry.objects.exists()


def test_archive__log_that_cannot_be_written__changes_nothing(make_version: MakeVersion) -> None:
    version = make_version()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry RENAME TO gone")

    with pytest.raises(RegistryRefused, match="audit log"):
        archive(version)

    assert status_of(version) == "candidate"


@pytest.mark.parametrize("reason", ["", "  "])
def test_archive__without_a_reason__is_refused(make_version: MakeVersion, reason: str) -> None:
    version = make_version()

    with pytest.raises(RegistryRefused, match="reason is required"):
        archiving.archive(version.pk, by=None, reason=reason)

    assert status_of(version) == "candidate"


def test_command__archive__does_it_or_says_why_not(make_version: MakeVersion) -> None:
    version, output = make_version(), StringIO()

    call_command("models", "archive", str(version.pk), "--reason", "worse", stdout=output)

    assert output.getvalue() == f"v{version.pk} is archived.\n"
    with pytest.raises(CommandError, match="models list"):
        call_command("models", "archive", "99999", "--reason", "worse")
