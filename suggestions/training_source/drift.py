"""What has come in since a model was trained: whether it was right, and whether the world is the same."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import quantiles
from typing import NamedTuple

from django.db.models import F, QuerySet

from mlmodels.domain.drift import DriftEvidence
from mlmodels.domain.text.key import normalise
from suggestions.evidence.known_category import PROVES_NOTHING
from suggestions.models import SuggestionEvent, Transaction

CHUNK = 2_000
LATELY = timedelta(days=28)
"""Whole weeks, as people buy other things on Sundays, and about a month of rents and salaries."""
BEFORE = timedelta(days=91)
SAMPLE_BEFORE, SAMPLE_LATELY = 20_000, 5_000
NEW_MERCHANTS_OF = 10
"""New merchants are counted in the newest tenth of the rows before, beside the other nine."""


class _Row(NamedTuple):
    description: str
    amount: Decimal
    category: str
    feedback_category: str


def drift_evidence(*, version_id: int, trained_at: datetime, today: date | None = None) -> DriftEvidence:
    """Return a version's outcomes, and the last four weeks' transactions beside those before it.

    `today` is the first day that has not passed; None: by the clock. Four queries at most, and one for the
    outcomes when they are read.
    """
    today = today or datetime.now(trained_at.tzinfo).date()
    trained_on = trained_at.date()
    before = _sample(trained_on - BEFORE, trained_on, at_most=SAMPLE_BEFORE)
    # Days before the training would be compared with themselves, and fewer days with a whole month.
    is_over = today - LATELY >= trained_on
    lately = _sample(today - LATELY, today, at_most=SAMPLE_LATELY) if is_over else []
    return DriftEvidence(
        outcomes=_outcomes(version_id, trained_at),
        mixes={
            "categories": (_categories(before), _categories(lately)),
            "amounts": _amounts(before, lately),
            "merchants": _merchants(before, lately),
        },
    )


def _outcomes(version_id: int, trained_at: datetime) -> Iterator[bool]:
    events = (
        SuggestionEvent.objects.filter(model_version_id=version_id, transaction__feedback_at__gt=trained_at)
        .exclude(model_category="")
        .exclude(PROVES_NOTHING)
        .order_by("transaction__feedback_at", "transaction_id", "id")
        .values_list("transaction_id", "model_category", "transaction__feedback_category")
    )
    last = None
    for transaction_id, answer, category in events.iterator(chunk_size=CHUNK):
        # A transaction asked about often is one outcome.
        if transaction_id != last:
            yield answer == category
        last = transaction_id


def _sample(first: date, end: date, *, at_most: int) -> list[_Row]:
    rows = Transaction.objects.filter(client__is_active=True, date__gte=first, date__lt=end)
    return [_Row(*values) for values in _thinned(rows, at_most)]


def _thinned(rows: QuerySet[Transaction], at_most: int) -> Iterator[tuple[str, Decimal, str, str]]:
    step = max(1, -(-rows.count() // at_most))
    every = rows.annotate(turn=F("pk") % step).filter(turn=0).order_by("date", "pk")
    return every.values_list("description", "amount", "category", "feedback_category").iterator(CHUNK)


def _categories(rows: Sequence[_Row]) -> Counter[str]:
    return Counter(known for row in rows if (known := row.feedback_category or row.category))


def _amounts(before: Sequence[_Row], lately: Sequence[_Row]) -> tuple[Counter[str], Counter[str]]:
    if len(before) < 2:
        return Counter(), Counter()
    edges = sorted(set(quantiles([row.amount for row in before], n=10)))
    return _by_decile(before, edges), _by_decile(lately, edges)


def _by_decile(rows: Sequence[_Row], edges: Sequence[Decimal]) -> Counter[str]:
    return Counter(f"decile {bisect_right(edges, row.amount) + 1}" for row in rows)


def _merchants(before: Sequence[_Row], lately: Sequence[_Row]) -> tuple[Counter[str], Counter[str]]:
    names = [normalise(row.description) for row in before]
    newest = len(names) // NEW_MERCHANTS_OF
    if not newest:
        return Counter(), Counter()
    known = len(names) - newest
    older, latest = set(names[:known]), set(names[newest:])
    # Both are held against equally many rows: against more of them fewer merchants are new.
    return _newness(names[known:], older), _newness([normalise(row.description) for row in lately], latest)


def _newness(names: Sequence[str], known: set[str]) -> Counter[str]:
    return Counter("known" if name in known else "new" for name in names)
