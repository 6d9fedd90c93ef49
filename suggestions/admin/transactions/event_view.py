"""What the page of one suggestion shows above its fields: the decision, the answers, what was said to it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from suggestions.admin.texts.descriptions import may_read, shown_text
from suggestions.admin.texts.explanation import explain, to_answer
from suggestions.inspection.event_steps import Known, Step, Target, read_known, tell_decision
from suggestions.inspection.timeline import labels_of, verdicts_of
from suggestions.models import ChallengerAnswer, Source, SuggestionEvent, Transaction

_ROUTES = {
    "change": "admin:suggestions_rolloutchange_change",
    "version": "admin:mlmodels_modelversion_change",
    "rule": "admin:suggestions_rule_change",
}
OF_USER = 200
"""So many of the user's newest transactions are looked at for the suggestions before and after."""


@dataclass(frozen=True, slots=True)
class LinkedStep:
    """One step of the decision with the link to what it refers to."""

    step: Step
    link: str
    """Empty where it refers to nothing that is still there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one of the three answered."""

    who: str
    said: str
    by: str
    link: str
    standing: str
    """Whether the user was shown it."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The suggestions next to one; None where it is the first or the last."""

    of: str
    previous: int | None
    next: int | None


def view_event(event: SuggestionEvent, request: HttpRequest) -> dict[str, object]:
    """Return the context of the page; a fixed number of queries."""
    row, known = event.transaction, read_known(event)
    labels = labels_of(row)
    return {
        "event": event,
        "row": row,
        "text": shown_text(row, is_readable=may_read(request)),
        "sentence": explain(event),
        "steps": [LinkedStep(one, _link(one.target)) for one in tell_decision(event, row.user_id, known)],
        "answers": [_rules(event, known), _model(event, known), _challenger(event)],
        "verdicts": verdicts_of(event),
        "labels": labels or [],
        "is_log_lost": labels is None,
        "neighbours": _neighbours(event, row),
        "of_user": user_link(row),
    }


def user_link(row: Transaction) -> str:
    """Return the list of the user's transactions; empty without a user id."""
    if not row.user_id:
        return ""
    asked = urlencode({"client__id__exact": row.client_id, "user_id__exact": row.user_id})
    return f"{reverse('admin:suggestions_transaction_changelist')}?{asked}"


def _link(target: Target | None) -> str:
    return reverse(_ROUTES[target.kind], args=[target.pk]) if target else ""


def _rules(event: SuggestionEvent, known: Known) -> Answer:
    rule = Target("rule", known.rule.pk, str(known.rule)) if known.rule else None
    gone = f"rule {event.rule_id}, deleted since" if event.rule_id else "–"
    return Answer(
        "Rules",
        to_answer(event.rule_category, event.rule_confidence),
        rule.label if rule else gone,
        _link(rule),
        _standing(event, Source.RULE),
    )


def _model(event: SuggestionEvent, known: Known) -> Answer:
    version = Target("version", known.version.pk, f"v{known.version.pk}") if known.version else None
    said = to_answer(event.model_category, event.model_confidence)
    by = version.label if version else "–"
    return Answer("Model", said, by, _link(version), _standing(event, Source.MODEL))


def _challenger(event: SuggestionEvent) -> Answer:
    answer = ChallengerAnswer.objects.filter(event=event).first()
    if answer is None:
        return Answer("Challenger", "not asked", "–", "", "never shown")
    why = f": {answer.get_failure_display()}" if answer.failure else ""
    said = f"{to_answer(answer.category, answer.confidence)}{why} (v{answer.version_id})"
    target = Target("version", answer.version_id, f"v{answer.version_id}")
    return Answer("Challenger", said, target.label, _link(target), "never shown")


def _standing(event: SuggestionEvent, source: Source) -> str:
    if event.is_blind:
        return "not shown: blind slice"
    if event.source != source:
        return "recorded, not shown"
    return "shown to the user" if event.served_category else "served, but there was nothing to show"


def _neighbours(event: SuggestionEvent, row: Transaction) -> list[Neighbours]:
    found = [_around(event, "transaction", SuggestionEvent.objects.filter(transaction_id=row.pk))]
    if row.user_id:
        newest = Transaction.objects.filter(client_id=row.client_id, user_id=row.user_id)
        ids = list(newest.order_by("-date").values_list("pk", flat=True)[:OF_USER])
        found.append(_around(event, "user", SuggestionEvent.objects.filter(transaction_id__in=ids)))
    return found


def _around(event: SuggestionEvent, of: str, events: QuerySet[SuggestionEvent]) -> Neighbours:
    ids = events.values_list("pk", flat=True)
    return Neighbours(
        of,
        ids.filter(pk__lt=event.pk).order_by("-pk").first(),
        ids.filter(pk__gt=event.pk).order_by("pk").first(),
    )
