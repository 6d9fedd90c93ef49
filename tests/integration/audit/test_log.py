import logging
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection, transaction

from audit.domain.chain import GENESIS, InvalidEntry
from audit.log import Kind, LogUnavailable, Origin, name_of, record_or_report
from audit.models import AuditEntry, AuditHead
from audit.verifying import verify_log
from tests.audit_rows import append, as_owner, break_log, failures_counted

pytestmark = pytest.mark.django_db

PARTS: dict[str, Any] = {
    "subject": "rollout",
    "actor": "",
    "origin": Origin.API,
    "reason": "back",
    "before": {},
    "after": {},
}


def remove_head() -> None:
    with as_owner():
        AuditHead.objects.all().delete()


def test_record__first_and_second__are_chained_and_known_to_the_head() -> None:
    first, second = append(), append(subject="rule 17", kind=Kind.RULE)

    assert (first.sequence, second.sequence) == (1, 2)
    assert (first.previous_hash, second.previous_hash) == (GENESIS, first.hash)
    assert AuditHead.objects.get().to_value().hash == second.hash
    assert verify_log().problem is None


def test_record__what_it_says__comes_back_from_the_database() -> None:
    evidence = {"bound": 0.1 + 0.2, "tiny": 5e-324, "huge": 1e300, "count": 10**18, "whole": 3.0, "ü": ["€"]}
    append(after={"percentage": 2.5}, evidence=evidence, reason="  spaces around  ")

    entry = AuditEntry.objects.get()

    assert (entry.kind, entry.subject, entry.actor, entry.origin) == ("percentage", "rollout", "ada", "admin")
    assert entry.reason == "spaces around"
    assert (entry.before, entry.after) == ({"percentage": 0.0}, {"percentage": 2.5})
    assert repr(entry.evidence) == repr(dict(sorted(evidence.items())))
    assert verify_log().problem is None


def test_record__number_that_is_not_finite__is_refused_and_nothing_is_written() -> None:
    with pytest.raises(InvalidEntry, match="not finite"):
        append(evidence={"bound": math.nan})

    assert not AuditEntry.objects.exists()
    assert append().sequence == 1


def test_record__transaction_that_fails__leaves_no_gap() -> None:
    with transaction.atomic():
        append()
        transaction.set_rollback(True)

    assert append().sequence == 1
    assert verify_log().problem is None


def test_record__committed__is_anchored_in_the_log_of_the_service_by_its_hash_alone(
    caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    caplog.set_level(logging.INFO)

    with django_capture_on_commit_callbacks(execute=True):
        entry = append(reason="a reason that is nobody's business")

    assert "audit.recorded" in caplog.text
    assert entry.hash in caplog.text
    assert "nobody's business" not in caplog.text


@pytest.mark.parametrize("breakage", [break_log, remove_head])
def test_record__log_that_cannot_be_written__raises_and_the_transaction_goes_on(breakage: Any) -> None:
    breakage()

    with pytest.raises(LogUnavailable, match="audit verify"):
        append()

    assert User.objects.count() == 0


@pytest.mark.parametrize("breakage", [break_log, remove_head])
def test_record_or_report__log_that_cannot_be_written__counts_and_logs_it(
    breakage: Any, caplog: pytest.LogCaptureFixture
) -> None:
    breakage()
    before = failures_counted()

    assert record_or_report(Kind.PERCENTAGE, **PARTS) is None

    assert failures_counted() == before + 1
    assert "audit.write_failed" in caplog.text


def test_record_or_report__log_that_can_be_written__counts_nothing() -> None:
    before = failures_counted()

    entry = record_or_report(Kind.PERCENTAGE, **PARTS)

    assert entry is not None
    assert (entry.sequence, failures_counted()) == (1, before)


def test_name_of__user_nobody_and_anonymous__is_a_text() -> None:
    assert [name_of(User(username="ada")), name_of(None), name_of(AnonymousUser())] == ["ada", "", ""]


@pytest.mark.django_db(transaction=True)
def test_record__many_threads_at_once__one_unbroken_chain() -> None:
    def append_ten(worker: int) -> None:
        try:
            for number in range(10):
                append(reason=f"worker {worker}, entry {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(append_ten, range(8)))

    found = verify_log()
    assert (found.entries, found.problem) == (80, None)
    assert AuditEntry.objects.count() == 80


def test_log__of_one_subject__is_found_by_its_index() -> None:
    for number in range(300):
        append(subject=f"rule {number % 100}", kind=Kind.RULE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_auditentry")

    plan = AuditEntry.objects.filter(kind=Kind.RULE, subject="rule 7").order_by("-sequence").explain()

    assert "audit_by_subject" in plan
    assert "Seq Scan" not in plan
