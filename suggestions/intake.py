"""Transactions in: the one way from checked rows into the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from suggestions.domain.transaction_row import RowError, TransactionRow, parse_row
from suggestions.models import Category, Client, Transaction

__all__ = [
    "RowError",
    "TransactionRow",
    "UpsertResult",
    "learn_categories",
    "parse_row",
    "upsert_transactions",
]

_CLIENT_FIELDS = ["user_id", "description", "amount", "currency", "date", "account", "memo", "updated_at"]


@dataclass(frozen=True, slots=True)
class UpsertResult:
    """What an upsert did."""

    created: int
    updated: int
    ids: dict[str, int]
    """The transaction's id by its external id."""


def upsert_transactions(client: Client, rows: Sequence[TransactionRow]) -> UpsertResult:
    """Insert or update the client's transactions by external id, all or none.

    Of several rows with one external id the last counts. A row that says nothing of a category leaves the
    known one as it is.
    """
    newest = {row.external_id: row for row in rows}
    # One order for everybody, so that two requests with the same rows wait instead of deadlocking.
    ordered = [newest[external_id] for external_id in sorted(newest)]
    with transaction.atomic():
        known = Transaction.objects.filter(client=client, external_id__in=list(newest)).count()
        ids = _write([row for row in ordered if row.category is None], client, _CLIENT_FIELDS)
        ids |= _write(
            [row for row in ordered if row.category is not None], client, [*_CLIENT_FIELDS, "category"]
        )
        learn_categories(client, {row.category for row in ordered if row.category})
    return UpsertResult(created=len(newest) - known, updated=known, ids=ids)


def learn_categories(client: Client, names: set[str]) -> None:
    """Add the names to the client's categories; those it has, active or not, stay as they are."""
    known = set(Category.objects.filter(client=client, name__in=names).values_list("name", flat=True))
    missing = sorted(names - known)
    if missing:
        Category.objects.bulk_create(
            (Category(client=client, name=name) for name in missing), ignore_conflicts=True
        )


def _write(rows: list[TransactionRow], client: Client, update_fields: list[str]) -> dict[str, int]:
    written = Transaction.objects.bulk_create(
        (_to_model(row, client) for row in rows),
        update_conflicts=True,
        update_fields=update_fields,
        unique_fields=["client", "external_id"],
    )
    return {row.external_id: row.pk for row in written}


def _to_model(row: TransactionRow, client: Client) -> Transaction:
    return Transaction(
        client=client,
        external_id=row.external_id,
        user_id=row.user_id,
        description=row.description,
        amount=row.amount,
        currency=row.currency,
        date=row.date,
        account=row.account,
        memo=row.memo,
        category=row.category or "",
    )
