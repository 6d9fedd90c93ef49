"""Suggestions on which rules and model gave different categories: find them, export them."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any, Final

from django.db.models import F, Q, QuerySet, Value
from django.utils.timezone import make_aware

from suggestions.domain.csv.cells import safe_cell
from suggestions.evidence.known_category import KNOWN_CATEGORY
from suggestions.models import State, SuggestionEvent

CHUNK = 2_000
LINES_AT_ONCE = 500
REDACTED = ""


@dataclass(frozen=True, slots=True)
class DisagreementFilter:
    """Which disagreements; None and empty ask for nothing special."""

    date_from: date | None = None
    date_to: date | None = None
    category: str = ""
    """Either the rules' or the model's category."""
    rule_category: str = ""
    model_category: str = ""
    merchant: str = ""
    """A part of the description, whatever its case; of the merchant's name where texts are not to be read."""
    merchant_key: str = ""
    """Exactly one merchant, by the key that descriptions are reduced to."""
    is_merchant_seen: bool | None = None
    """Whether the model knew labels of the merchant."""
    min_confidence: float | None = None
    """The smallest confidence of the model, 0 to 1."""
    model_version: int | None = None
    client: str = ""
    """The client's name."""
    reads_texts: bool = True
    """Whether the asker may read descriptions: whether one is found tells what stands in it."""


_LOOKUPS: Final = {
    "rule_category": "rule_category",
    "model_category": "model_category",
    "merchant_key": "transaction__merchant",
    "is_merchant_seen": "is_merchant_seen",
    "min_confidence": "model_confidence__gte",
    "model_version": "model_version_id",
    "client": "client__name",
}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One row of the list, with the same fields in JSON and in CSV."""

    event_id: int
    created_at: datetime
    client: str
    txn_id: int
    user_id: str
    description: str
    """Empty for those who may not see it."""
    amount: str
    currency: str
    rule_category: str
    model_category: str
    model_confidence: float | None
    model_version: int | None
    source: str
    known_category: str


_COLUMNS: Final[dict[str, Any]] = {
    "event_id": F("pk"),
    "created_at": F("created_at"),
    "client": F("client__name"),
    "txn_id": F("transaction_id"),
    "user_id": F("transaction__user_id"),
    "description": F("transaction__description"),
    "amount": F("transaction__amount"),
    "currency": F("transaction__currency"),
    "rule_category": F("rule_category"),
    "model_category": F("model_category"),
    "model_confidence": F("model_confidence"),
    "model_version": F("model_version_id"),
    "source": F("source"),
    "known_category": KNOWN_CATEGORY,
}


def find_disagreements(wanted: DisagreementFilter) -> QuerySet[SuggestionEvent]:
    """Return the events, newest first."""
    events = SuggestionEvent.objects.filter(state=State.DISAGREE).select_related("transaction", "client")
    asked = {lookup: getattr(wanted, name) for name, lookup in _LOOKUPS.items()}
    searched = "transaction__description" if wanted.reads_texts else "transaction__merchant"
    asked[f"{searched}__icontains"] = wanted.merchant
    events = events.filter(**{lookup: value for lookup, value in asked.items() if value not in (None, "")})
    if wanted.date_from:
        events = events.filter(created_at__gte=first_moment(wanted.date_from))
    if wanted.date_to:
        events = events.filter(created_at__lte=last_moment(wanted.date_to))
    if wanted.category:
        events = events.filter(Q(rule_category=wanted.category) | Q(model_category=wanted.category))
    return events.order_by("-id")


def first_moment(day: date) -> datetime:
    """Return the beginning of a day."""
    return make_aware(datetime.combine(day, time.min))


def last_moment(day: date) -> datetime:
    """Return the end of a day."""
    return make_aware(datetime.combine(day, time.max))


def to_disagreement(event: SuggestionEvent, *, is_redacted: bool) -> Disagreement:
    """Return an event as a row, without the description where it must not be seen."""
    row = event.transaction
    return Disagreement(
        event_id=event.pk,
        created_at=event.created_at,
        client=event.client.name,
        txn_id=row.pk,
        user_id=row.user_id,
        description=REDACTED if is_redacted else row.description,
        amount=str(row.amount),
        currency=row.currency,
        rule_category=event.rule_category,
        model_category=event.model_category,
        model_confidence=event.model_confidence,
        model_version=event.model_version_id,
        source=event.source,
        known_category=row.known_category,
    )


def to_csv(events: QuerySet[SuggestionEvent], *, is_redacted: bool) -> Iterator[str]:
    """Yield the lines of the CSV, the header first, in constant memory."""
    # Columns instead of rows of three models, and one writer: a hundred thousand lines in seconds.
    columns = [_COLUMNS[name] for name in Disagreement.__slots__]
    if is_redacted:
        columns[Disagreement.__slots__.index("description")] = Value(REDACTED)
    write = csv.writer(_Line()).writerow
    yield write(Disagreement.__slots__)
    for row in events.select_related(None).values_list(*columns).iterator(chunk_size=CHUNK):
        yield write([_cell(value) for value in row])


def in_blocks(lines: Iterable[str]) -> Iterator[str]:
    """Join lines into larger pieces, so that a server does not send each by itself."""
    remaining = iter(lines)
    while block := "".join(islice(remaining, LINES_AT_ONCE)):
        yield block


class _Line:
    def write(self, line: str) -> str:
        return line


def _cell(value: object) -> object:
    if isinstance(value, str):
        # A negative amount is a number to a spreadsheet; only what a person typed can be a formula.
        quoted = safe_cell(value)
        return value if quoted != value and _is_number(value) else quoted
    return value.isoformat() if isinstance(value, datetime) else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and not any(letter.isalpha() for letter in text)
