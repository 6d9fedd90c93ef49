from collections.abc import Callable

import pytest

from audit.domain.chain import Fault
from audit.models import AuditEntry, AuditHead
from audit.verifying import verify_log
from tests.audit_rows import as_owner, fill_log, sealed_entry

pytestmark = pytest.mark.django_db


def entry(sequence: int) -> AuditEntry:
    return AuditEntry.objects.get(pk=sequence)


def test_verify_log__ten_thousand_entries__whole_and_reported_on_the_way() -> None:
    fill_log(10_000)
    reports: list[int] = []

    found = verify_log(reports.append)

    assert (found.entries, found.problem) == (10_000, None)
    assert found.hash == entry(10_000).hash
    assert reports == list(range(1_000, 10_001, 1_000))


@pytest.mark.parametrize(
    ("tamper", "sequence", "fault"),
    [
        pytest.param(
            lambda: AuditEntry.objects.filter(pk=6_543).update(reason="forged"),
            6_543,
            Fault.EDITED,
            id="one reason edited",
        ),
        pytest.param(
            lambda: AuditEntry.objects.filter(pk=6_543).update(
                content=entry(6_543).content.replace("65.43", "9")
            ),
            6_543,
            Fault.EDITED,
            id="one value edited",
        ),
        pytest.param(
            lambda: AuditEntry.objects.filter(pk=6_543).delete(), 6_543, Fault.MISSING, id="one deleted"
        ),
        pytest.param(
            lambda: AuditEntry.objects.filter(pk__gt=9_990).delete(), 9_991, Fault.CUT_OFF, id="end cut off"
        ),
        pytest.param(lambda: AuditEntry.objects.all().delete(), 1, Fault.CUT_OFF, id="all deleted"),
        pytest.param(lambda: AuditHead.objects.all().delete(), 10_000, Fault.NO_HEAD, id="head deleted"),
        pytest.param(
            lambda: sealed_entry(10_001, entry(10_000).hash).save(force_insert=True),
            10_001,
            Fault.ADDED,
            id="one added",
        ),
    ],
)
def test_verify_log__one_forgery_among_ten_thousand__is_found(
    tamper: Callable[[], object], sequence: int, fault: Fault
) -> None:
    fill_log(10_000)
    with as_owner():
        tamper()

    problem = verify_log().problem

    assert problem is not None
    assert (problem.sequence, problem.fault) == (sequence, fault)


def test_verify_log__empty__is_whole() -> None:
    assert verify_log().problem is None
