"""What the page of a transaction shows above its fields: its newest suggestion, what would be served now."""

from django.http import HttpRequest
from django.urls import reverse

from suggestions.admin.texts.descriptions import may_read, shown_text
from suggestions.admin.texts.explanation import explain, explain_played, to_answer
from suggestions.admin.transactions.event_view import user_link
from suggestions.domain.percentage import in_percent
from suggestions.inspection.playground import Played, play_stored
from suggestions.inspection.timeline import events_of, labels_of, timeline_of
from suggestions.models import SuggestionEvent, Transaction


def view_transaction(row: Transaction, request: HttpRequest) -> dict[str, object]:
    """Return the context of the page; a fixed number of queries."""
    events, labels = events_of(row), labels_of(row)
    return {
        "row": row,
        "text": shown_text(row, is_readable=may_read(request)),
        "newest": _newest(events[0]) if events else None,
        "now": _now(play_stored(row)),
        "moments": timeline_of(row, events, labels or []),
        "is_log_lost": labels is None,
        "of_user": user_link(row),
    }


def _newest(event: SuggestionEvent) -> dict[str, object]:
    shown = "nothing" if event.is_blind else event.served_category or "nothing"
    link = reverse("admin:suggestions_suggestionevent_change", args=[event.pk])
    return {"event": event, "shown": shown, "sentence": explain(event), "link": link}


def _now(played: Played) -> dict[str, object]:
    rule, model = played.rule, played.answer.prediction
    by_rules = to_answer(rule.rule.category, rule.candidate.confidence) if rule else "no answer"
    by_model = to_answer(model.category, model.confidence) if model else "no answer"
    is_model = played.decision.source == "model"
    served = "nothing: blind slice" if played.decision.is_blind else by_model if is_model else by_rules
    return {
        "served": served,
        "rules": by_rules,
        "model": by_model,
        "why": explain_played(played),
        "bucket": played.bucket,
        "is_in_canary": played.decision.is_in_canary,
        "canary": in_percent(played.rollout.percentage),
    }
