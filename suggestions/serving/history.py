"""Read what is known of similar transactions: the newest labels of each merchant and user, in one query."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from mlmodels.domain.history import (
    MERCHANT,
    PAIR,
    SCOPES,
    USER,
    WORD,
    FoundLabels,
    History,
    KnownLabels,
    Scope,
    first_word,
)
from mlmodels.domain.text.key import normalise
from suggestions.models import LabelSource, Transaction


@dataclass(frozen=True, slots=True)
class HistoryKey:
    """What a transaction has in common with others of its client."""

    transaction_id: int
    """0 for one that is not stored."""
    user_id: str
    merchant: str
    word: str


def key_of_transaction(row: Transaction) -> HistoryKey:
    """Return a stored transaction's key."""
    return HistoryKey(row.pk, row.user_id, row.merchant, row.merchant_word)


def key_of_description(description: str, user_id: str) -> HistoryKey:
    """Return the key of a transaction that is not stored."""
    merchant = normalise(description)
    return HistoryKey(0, user_id, merchant, first_word(merchant))


# What a label must have in common with a key, and the key's parts; where one is empty, nothing is found.
_CONDITIONS: Mapping[Scope, str] = {
    PAIR: "label.user_id = wanted.user_id AND label.merchant = wanted.merchant",
    MERCHANT: "label.merchant = wanted.merchant",
    WORD: "label.merchant_word = wanted.word",
    USER: "label.user_id = wanted.user_id",
}
_PARTS: Mapping[Scope, Callable[[HistoryKey], tuple[str, ...]]] = {
    PAIR: lambda key: (key.user_id, key.merchant),
    MERCHANT: lambda key: (key.merchant,),
    WORD: lambda key: (key.word,),
    USER: lambda key: (key.user_id,),
}

_DIALECTS = {
    "postgresql": {
        "array": "json_build_array",
        "collect": "json_agg",
        "wanted": """json_to_recordset(%({name})s::json)
            AS wanted(n int, user_id text, merchant text, word text)""",
        "amount": "amount::float8",
        "client": "%(client)s::bigint",
        "text": "::text",
    },
    "sqlite": {
        "array": "json_array",
        "collect": "json_group_array",
        "wanted": """(
            SELECT value ->> 'n' AS n, value ->> 'user_id' AS user_id, value ->> 'merchant' AS merchant,
                value ->> 'word' AS word
            FROM json_each(%({name})s)
        ) AS wanted""",
        "amount": "CAST(amount AS REAL)",
        "client": "%(client)s",
        "text": "",
    },
}
# One more than is looked at: a transaction's own label is among them and does not count.
_LABELS = """
    SELECT '{name}', wanted.n, (
        SELECT {array}({collect}(id), {collect}(known), {collect}(date), {collect}({amount}){texts}){text}
        FROM (
            SELECT id, date, amount, description, memo,
                CASE WHEN feedback_category <> '' THEN feedback_category ELSE category END AS known
            FROM suggestions_transaction AS label
            WHERE label.client_id = {client} AND {condition}
                AND (NOT (category = '') OR NOT (feedback_category = ''))
            ORDER BY date DESC, id DESC
            LIMIT {limit}
        ) AS newest
    )
    FROM {wanted}
"""
# What staff has set is a label, and no word of the user: nobody is told that they corrected it.
_CORRECTIONS = """
    SELECT 'correction', wanted.n, (
        SELECT CASE WHEN feedback_verdict = 'corrected' THEN feedback_category ELSE '' END
        FROM suggestions_transaction AS label
        WHERE label.client_id = {client} AND {condition} AND NOT (feedback_verdict = '')
            AND feedback_source <> '{staff}'
        ORDER BY feedback_at DESC, id DESC
        LIMIT 1
    )
    FROM {wanted}
"""


def read_history(client_id: int, keys: Sequence[HistoryKey]) -> History:
    """Return what the client's labels say of the transactions with these keys: one query, however many."""
    wanted = {scope: _Wanted.of(keys, _PARTS[scope]) for scope in SCOPES}
    values: dict[str, str | int] = {scope.name: json.dumps(wanted[scope].rows) for scope in SCOPES}
    found: dict[str, dict[int, str]] = {name: {} for name in (*values, "correction")}
    with connection.cursor() as cursor:
        cursor.execute(_statement(), values | {"client": client_id})
        for name, number, answer in cursor.fetchall():
            found[name][number] = answer
    corrections = found["correction"]
    return History(
        np.array([key.transaction_id for key in keys], np.int64),
        {
            scope.name: FoundLabels(
                [_labels(scope, found[scope.name][number]) for number in range(len(wanted[scope].rows))],
                wanted[scope].which,
            )
            for scope in SCOPES
        },
        [corrections.get(number) or "" for number in wanted[PAIR].which.tolist()],
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    rows: list[dict[str, object]]
    which: NDArray[np.intp]

    @classmethod
    def of(cls, keys: Sequence[HistoryKey], parts_of: Callable[[HistoryKey], tuple[str, ...]]) -> "_Wanted":
        numbers: dict[tuple[str, ...], int] = {}
        rows: list[dict[str, object]] = []
        which = np.full(len(keys), -1, np.intp)
        for at, key in enumerate(keys):
            parts = parts_of(key)
            if not all(parts):
                continue
            number = numbers.setdefault(parts, len(rows))
            if number == len(rows):
                rows.append({"n": number, "user_id": key.user_id, "merchant": key.merchant, "word": key.word})
            which[at] = number
        return cls(rows, which)


def _statement() -> str:
    dialect = _DIALECTS[connection.vendor]
    texts = f", {dialect['collect']}(description), {dialect['collect']}(memo)"
    selects = [
        _LABELS.format(
            name=scope.name,
            condition=_CONDITIONS[scope],
            limit=scope.size + 1,
            texts=texts if scope is USER else "",
            **_of_scope(dialect, scope),
        )
        for scope in SCOPES
    ]
    corrections = _CORRECTIONS.format(
        condition=_CONDITIONS[PAIR], staff=LabelSource.STAFF.value, **_of_scope(dialect, PAIR)
    )
    return " UNION ALL ".join([*selects, corrections])


def _of_scope(dialect: Mapping[str, str], scope: Scope) -> dict[str, str]:
    return {**dialect, "wanted": dialect["wanted"].format(name=scope.name)}


def _labels(scope: Scope, answer: str) -> KnownLabels:
    columns = [column or [] for column in json.loads(answer)]
    ids, categories, dates, amounts = columns[:4]
    texts, memos = columns[4:] if scope is USER else ([], [])
    return KnownLabels(ids, categories, [_ordinal(day) for day in dates], amounts, texts, memos)


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
