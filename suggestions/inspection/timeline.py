"""What happened to a transaction, in one line of time: suggestions, verdicts, categories set by staff."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from audit import log
from audit.models import AuditEntry
from suggestions.labels.staff import subject_of
from suggestions.models import Feedback, LabelSource, SuggestionEvent, Transaction

SHOWN: Final = 50
"""So many of the newest of each kind are shown."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened."""

    at: datetime
    kind: Literal["suggestion", "feedback", "label", "transaction"]
    who: str
    what: str
    reason: str = ""
    is_counted: bool = False
    """It is what counts now for the category, or for its suggestion."""
    event_id: int | None = None
    """The suggestion it is, or speaks of; None for a transaction's own moment."""


def events_of(row: Transaction) -> list[SuggestionEvent]:
    """Return the transaction's newest suggestions, the latest first."""
    return list(SuggestionEvent.objects.filter(transaction=row).order_by("-id")[:SHOWN])


def verdicts_of(event: SuggestionEvent) -> list[Moment]:
    """Return what the user said to one suggestion, the latest first: that one counts."""
    verdicts = Feedback.objects.filter(event=event).order_by("-id")[:SHOWN]
    return [_to_moment(one, is_counted=place == 0) for place, one in enumerate(verdicts)]


def labels_of(row: Transaction) -> list[Moment] | None:
    """Return the categories that staff set or withdrew, the latest first; None: the log is unreadable."""
    entries = AuditEntry.objects.filter(kind=log.Kind.LABEL, subject=subject_of(row.pk))
    try:
        return list(_label_moments(row, log.read_entries(entries.order_by("-sequence")[:SHOWN])))
    except log.LogUnreadable:
        return None


def timeline_of(row: Transaction, events: Iterable[SuggestionEvent], labels: list[Moment]) -> list[Moment]:
    """Return everything in one line, the latest first; one query."""
    verdicts = Feedback.objects.filter(event__in=[event.pk for event in events]).order_by("-id")[:SHOWN]
    latest: set[int] = set()
    moments = [_received(row), *labels, *(_suggested(event) for event in events)]
    for one in verdicts:
        moments.append(_to_moment(one, is_counted=one.event_id not in latest))
        latest.add(one.event_id)
    return sorted(moments, key=lambda moment: moment.at, reverse=True)


def _label_moments(row: Transaction, entries: Iterable[AuditEntry]) -> Iterator[Moment]:
    for place, entry in enumerate(entries):
        is_set = entry.after.get("set_by") == LabelSource.STAFF
        category = entry.after.get("category") or "nothing"
        what = f"set the category to {category}" if is_set else f"withdrew it: {category} counts again"
        counts = place == 0 and is_set and row.feedback_source == LabelSource.STAFF
        who = entry.actor or entry.get_origin_display()
        yield Moment(entry.recorded_at, "label", who, what, entry.reason, counts)


def _received(row: Transaction) -> Moment:
    said = f"; its category there is {row.category} now" if row.category else "; it names no category"
    counts = bool(row.category) and not row.feedback_category
    return Moment(row.created_at, "transaction", str(row.client), f"sent it{said}", "", counts)


def _suggested(event: SuggestionEvent) -> Moment:
    shown = "nothing, blind slice" if event.is_blind else event.served_category or "nothing"
    answers = f"rules: {event.rule_category or 'no answer'}; model: {event.model_category or 'no answer'}"
    why = f"; {event.get_fallback_display()}" if event.fallback else ""
    return Moment(
        event.created_at,
        "suggestion",
        str(event.get_source_display()),
        f"suggested {shown}",
        f"{answers}{why}",
        event_id=event.pk,
    )


def _to_moment(feedback: Feedback, *, is_counted: bool) -> Moment:
    said = str(feedback.get_verdict_display()).lower()
    what = f"{said}: {feedback.category}" if feedback.category else said
    return Moment(
        feedback.created_at, "feedback", "The user", what, feedback.reason, is_counted, feedback.event_id
    )
