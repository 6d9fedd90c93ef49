"""What end users say to suggestions: recorded for ever, the latest word counts, and becomes a label."""

from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from suggestions import metrics
from suggestions.evidence.rollups import mark_stale
from suggestions.intake import learn_categories
from suggestions.models import Client, Feedback, SuggestionEvent, Transaction, Verdict

Action = Literal["accept", "reject", "correct"]
VERDICTS: dict[Action, Verdict] = {
    "accept": Verdict.ACCEPTED,
    "reject": Verdict.REJECTED,
    "correct": Verdict.CORRECTED,
}


class EventNotFound(Exception):
    """The client has no such event, or the transaction none at all."""


class ContradictoryFeedback(Exception):
    """The verdict does not fit what was offered; the text says how."""


@dataclass(frozen=True, slots=True)
class RecordedFeedback:
    """The verdict that now counts for an event."""

    feedback: Feedback
    is_new: bool
    supersedes_id: int | None
    """The verdict that counted before; None for the first."""


def record_feedback(
    client: Client,
    *,
    event_id: int | None,
    transaction_id: int | None,
    action: Action,
    label: str = "",
    reason: str = "",
) -> RecordedFeedback:
    """Record a verdict on an event, or on the latest event of a transaction.

    The same verdict again changes nothing.

    Raises:
        EventNotFound: unknown and foreign ids alike.
        ContradictoryFeedback: nothing was offered, or the label does not fit the action.
    """
    with transaction.atomic():
        event = _lock_event(client, event_id, transaction_id)
        category = _settled_category(event, action, label)
        history = list(Feedback.objects.filter(event=event).order_by("-id")[:2])
        latest = history[0] if history else None
        if latest and (latest.verdict, latest.category, latest.reason) == (
            VERDICTS[action],
            category,
            reason,
        ):
            return RecordedFeedback(
                latest, is_new=False, supersedes_id=history[1].pk if len(history) > 1 else None
            )
        feedback = Feedback.objects.create(
            event=event, verdict=VERDICTS[action], category=category, reason=reason
        )
        labelled = Transaction.objects.filter(pk=event.transaction_id)
        if category:
            labelled.set_label(category, verdict=VERDICTS[action], source=event.source)
        else:
            # What the user settled on elsewhere stays: a rejection only takes back what it speaks of.
            spoken_of = {event.served_category, latest.category if latest else ""}
            labelled.filter(feedback_category__in=spoken_of).clear_label()
        learn_categories(client, {category} - {""})
        mark_stale([event.transaction_id])
        if not event.is_blind:  # nothing was shown, so neither source is judged
            transaction.on_commit(metrics.FEEDBACK_BY_SOURCE_ACTION[event.source, action].inc)
    return RecordedFeedback(feedback, is_new=True, supersedes_id=latest.pk if latest else None)


def _lock_event(client: Client, event_id: int | None, transaction_id: int | None) -> SuggestionEvent:
    named = {"pk": event_id} if event_id is not None else {"transaction_id": transaction_id}
    event = SuggestionEvent.objects.filter(client=client, **named).order_by("-id").first()
    if event is None:
        raise EventNotFound
    # Verdicts on any suggestion of one transaction wait for each other, so that the last one is the label.
    # no_key: nobody's foreign key has to wait for them.
    Transaction.objects.select_for_update(no_key=True).filter(pk=event.transaction_id).values_list(
        "pk"
    ).first()
    return event


def _settled_category(event: SuggestionEvent, action: Action, label: str) -> str:
    if action == "correct":
        if not label:
            raise ContradictoryFeedback("correct needs a label: the category the user chose instead")
        return label
    if action == "reject":
        if label:
            raise ContradictoryFeedback("reject takes no label; use correct to name the right category")
        return ""
    if not event.served_category:
        raise ContradictoryFeedback(
            "nothing was suggested, so there is nothing to accept; use correct with a label"
        )
    if label and label != event.served_category:
        raise ContradictoryFeedback(
            "accept takes no other label than the one suggested; use correct for another"
        )
    return event.served_category
