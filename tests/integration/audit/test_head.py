import pytest
from django.db import connection

from audit.head import HeadNotRestored, ensure_head, restore_head
from audit.log import LogUnavailable
from audit.models import AuditEntry, AuditHead
from audit.verifying import verify_log
from tests.audit_rows import append, as_owner
from tests.interleaving import before_insert_into, let_in

pytestmark = pytest.mark.django_db


def remove_head() -> None:
    with as_owner():
        AuditHead.objects.all().delete()


def test_ensure_head__empty_log__makes_it() -> None:
    remove_head()

    ensure_head()

    assert append().sequence == 1


def test_ensure_head__lost_beside_entries__is_left_to_a_person() -> None:
    append()
    remove_head()

    ensure_head()

    assert not AuditHead.objects.exists()
    with pytest.raises(LogUnavailable, match="restore-head"):
        append()


def test_restore_head__lost__the_chain_goes_on_and_says_so() -> None:
    last = append()
    remove_head()

    entry = restore_head(reason="the table was restored")

    assert (entry.sequence, entry.previous_hash, entry.kind) == (2, last.hash, "log")
    assert verify_log().problem is None


def test_restore_head__head_is_there__is_refused() -> None:
    append()

    with pytest.raises(HeadNotRestored, match="has its head"):
        restore_head(reason="no need")

    assert AuditEntry.objects.count() == 1


def test_restore_head__entries_that_do_not_hold_together__is_refused() -> None:
    for _ in range(3):
        append()
    remove_head()
    with as_owner():
        AuditEntry.objects.filter(pk=2).delete()

    with pytest.raises(HeadNotRestored, match="entry 2 is missing"):
        restore_head(reason="to hide it")

    assert not AuditHead.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_restore_head__restored_elsewhere_at_that_moment__is_refused() -> None:
    append()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_audithead")

    with (
        let_in(lambda: restore_head(reason="first"), before=before_insert_into("audit_audithead")),
        pytest.raises(HeadNotRestored, match="has its head"),
    ):
        restore_head(reason="second")

    assert AuditEntry.objects.filter(kind="log").count() == 1
    assert verify_log().problem is None
