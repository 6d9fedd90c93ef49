"""Right categories that members of staff set: labels like an end user's corrections, and logged.

No verdict of an end user is recorded, so no accept rate changes; and where the end user has settled on a
category, that one counts.
"""

from django.contrib.auth.models import User
from django.db import transaction

from audit import log
from suggestions.domain.text_input import is_storable
from suggestions.evidence.rollups import mark_stale
from suggestions.models import Category, LabelSource, Transaction, Verdict


class LabelRefused(Exception):
    """The category cannot be set or withdrawn; the text says why, and what to do."""


def set_label(
    transaction_id: int,
    category: str,
    *,
    by: User | None,
    origin: log.Origin,
    reason: str = "",
    expected: str | None = None,
) -> bool:
    """Make a category the transaction's label; tell whether that changed anything.

    `expected` is the known category that its editor saw; None: whatever it is.

    Raises:
        LabelRefused: no such transaction or category, the end user has spoken, or it changed meanwhile.
        LogUnavailable: nothing can be logged, so nothing was set.
    """
    with transaction.atomic():
        row = _lock(transaction_id)
        if (row.feedback_category, row.feedback_source) == (category, LabelSource.STAFF):
            return False
        _refuse_what_moved(row, expected, "Not set")
        _check(row, category)
        _change(row, category, by=by, origin=origin, reason=reason)
    return True


def withdraw_label(
    transaction_id: int,
    *,
    by: User | None,
    origin: log.Origin,
    reason: str = "",
    expected: str | None = None,
) -> None:
    """Take back what staff has set; the client's category counts again.

    `expected` is the known category that its editor saw; None: whatever it is.

    Raises:
        LabelRefused: no such transaction, staff has set nothing, or it changed meanwhile.
        LogUnavailable: nothing can be logged, so nothing was withdrawn.
    """
    with transaction.atomic():
        row = _lock(transaction_id)
        if row.feedback_source != LabelSource.STAFF:
            raise LabelRefused("No member of staff has set its category, so there is nothing to withdraw.")
        _refuse_what_moved(row, expected, "Not withdrawn")
        _change(row, "", by=by, origin=origin, reason=reason)


def subject_of(transaction_id: int) -> str:
    """Return what an entry of the log about a transaction's label is about."""
    return f"transaction {transaction_id}"


def _lock(transaction_id: int) -> Transaction:
    # The same lock as an end user's verdict takes, so that one waits for the other.
    locked = Transaction.objects.select_for_update(no_key=True)
    row = locked.filter(pk=transaction_id).first()
    if row is None:
        raise LabelRefused(f"There is no transaction {transaction_id}; it may have been deleted meanwhile.")
    return row


def _refuse_what_moved(row: Transaction, expected: str | None, what: str) -> None:
    if expected is not None and expected != row.known_category:
        raise LabelRefused(
            f"{what}: meanwhile its category has become {row.known_category or 'unknown'}. Look again."
        )


def _check(row: Transaction, category: str) -> None:
    if row.feedback_category and row.feedback_source != LabelSource.STAFF:
        raise LabelRefused(
            f"Not set: the end user has settled on {row.feedback_category}, and that is what counts."
        )
    if not is_storable(category):
        raise LabelRefused(
            "Not set: the category has characters that no category has. Choose one of the list."
        )
    if not Category.objects.filter(client_id=row.client_id, name=category, is_active=True).exists():
        raise LabelRefused(
            f"Not set: {category or 'nothing'} is no active category of the client. Choose one of the list."
        )


def _change(row: Transaction, category: str, *, by: User | None, origin: log.Origin, reason: str) -> None:
    before = {"category": row.known_category, "set_by": _setter(row.feedback_source, row.category)}
    rows = Transaction.objects.filter(pk=row.pk)
    if category:
        rows.set_label(category, verdict=Verdict.CORRECTED, source=LabelSource.STAFF)
    else:
        rows.clear_label()
    mark_stale([row.pk])
    after = {
        "category": category or row.category,
        "set_by": _setter(LabelSource.STAFF if category else "", row.category),
    }
    log.record(
        log.Kind.LABEL,
        subject=subject_of(row.pk),
        actor=log.name_of(by),
        origin=origin,
        reason=reason,
        before=before,
        after=after,
    )


def _setter(source: str, sent: str) -> str:
    if source == LabelSource.STAFF:
        return LabelSource.STAFF.value
    return "client" if sent else "nobody"
