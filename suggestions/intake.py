"""Transactions in: the one way from checked rows into the database."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from mlmodels.domain.history import first_word
from mlmodels.domain.text.key import normalise
from suggestions.domain.transaction_row import RowError, TransactionRow, parse_row
from suggestions.evidence.rollups import mark_stale
from suggestions.models import Category, Client, Transaction

__all__ = [
    "RowError",
    "TransactionRow",
    "UpsertResult",
    "learn_categories",
    "parse_row",
    "upsert_transactions",
]

# The rows travel as one JSON parameter: twice as fast as a parameter a value, and no limit to their number.
_ROWS = {
    "postgresql": """
        json_to_recordset(%(rows)s::json) AS given(external_id text, user_id text, description text,
            amount numeric(14, 2), currency text, date date, account text, memo text, category text,
            merchant text, merchant_word text)
    """,
    "sqlite": """
        (SELECT value ->> 'external_id' AS external_id, value ->> 'user_id' AS user_id,
            value ->> 'description' AS description, value ->> 'amount' AS amount,
            value ->> 'currency' AS currency, value ->> 'date' AS date, value ->> 'account' AS account,
            value ->> 'memo' AS memo, value ->> 'category' AS category,
            value ->> 'merchant' AS merchant, value ->> 'merchant_word' AS merchant_word
        FROM json_each(%(rows)s)) AS given WHERE true
    """,
}
_TEXTS = {"postgresql": "json_array_elements_text(%(silent)s::json)", "sqlite": "json_each(%(silent)s)"}
# A row that was there keeps its created_at, which tells the two apart. It is one statement for rows that say
# something of a category and rows that do not: with two, requests with the same rows would deadlock.
_UPSERT = """
    INSERT INTO suggestions_transaction (client_id, external_id, user_id, description, amount, currency, date,
        account, memo, category, merchant, merchant_word, feedback_category, created_at, updated_at)
    SELECT %(client)s, external_id, user_id, description, amount, currency, date,
        account, memo, category, merchant, merchant_word, '', %(now)s, %(now)s
    FROM {rows}
    ON CONFLICT (client_id, external_id) DO UPDATE SET
        user_id = excluded.user_id, description = excluded.description, amount = excluded.amount,
        currency = excluded.currency, date = excluded.date, account = excluded.account, memo = excluded.memo,
        merchant = excluded.merchant, merchant_word = excluded.merchant_word,
        updated_at = excluded.updated_at, category = CASE
            WHEN excluded.external_id IN (SELECT value FROM {silent}) THEN suggestions_transaction.category
            ELSE excluded.category END
    RETURNING external_id, id, created_at = %(now)s
"""


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
        changed = _newly_categorised(client, ordered)
        written = _write(client, ordered)
        learn_categories(client, {row.category for row in ordered if row.category})
        # A category that came for a known transaction says who was right about it.
        mark_stale([pk for external_id, pk, is_new in written if not is_new and external_id in changed])
    created = sum(is_new for _, _, is_new in written)
    return UpsertResult(created, len(written) - created, {external_id: pk for external_id, pk, _ in written})


def _newly_categorised(client: Client, rows: Sequence[TransactionRow]) -> set[str]:
    given = {row.external_id: row.category for row in rows if row.category is not None}
    if not given:
        return set()
    stored = Transaction.objects.filter(client=client, external_id__in=list(given))
    known = stored.values_list("external_id", "category")
    return {external_id for external_id, category in known if category != given[external_id]}


def learn_categories(client: Client, names: set[str]) -> None:
    """Add the names to the client's categories; those it has, active or not, stay as they are."""
    known = set(Category.objects.filter(client=client, name__in=names).values_list("name", flat=True))
    missing = sorted(names - known)
    if missing:
        Category.objects.bulk_create(
            (Category(client=client, name=name) for name in missing), ignore_conflicts=True
        )


def _write(client: Client, rows: list[TransactionRow]) -> list[tuple[str, int, bool]]:
    statement = _UPSERT.format(rows=_ROWS[connection.vendor], silent=_TEXTS[connection.vendor])
    values = {
        "client": client.pk,
        "now": connection.ops.adapt_datetimefield_value(timezone.now()),
        "rows": json.dumps([_to_json(row) for row in rows]),
        "silent": json.dumps([row.external_id for row in rows if row.category is None]),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [(external_id, pk, bool(is_new)) for external_id, pk, is_new in cursor.fetchall()]


def _to_json(row: TransactionRow) -> dict[str, str]:
    merchant = normalise(row.description)
    return {
        "external_id": row.external_id,
        "user_id": row.user_id,
        "description": row.description,
        "amount": str(row.amount),
        "currency": row.currency,
        "date": row.date.isoformat(),
        "account": row.account,
        "memo": row.memo,
        "category": row.category or "",
        "merchant": merchant,
        "merchant_word": first_word(merchant),
    }
