"""Tell the decision behind a suggestion step by step, with what is known of each and what no longer is."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from django.conf import settings

from audit.log import LogUnreadable
from mlmodels.models import ModelVersion
from suggestions.domain.bucketing import BUCKETS
from suggestions.domain.percentage import in_percent
from suggestions.models import Fallback, RolloutChange, Rule, Source, State, SuggestionEvent
from suggestions.rules.history import RuleVersion, change_since

_OF_THE_CANARY: Final = (Fallback.NO_USER, Fallback.NOT_IN_CANARY)
_SILENT: Final = (Fallback.LOW_CONFIDENCE, Fallback.LABEL_UNKNOWN)


@dataclass(frozen=True, slots=True)
class Target:
    """The row that a step refers to."""

    kind: Literal["change", "version", "rule"]
    pk: int
    label: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the decision in words."""

    title: str
    text: str
    target: Target | None = None
    """None: the step refers to no row, or to one that is gone."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is still known of the rows that an event refers to; None where one is gone, or there was none."""

    change: RolloutChange | None
    version: ModelVersion | None
    rule: Rule | None
    rule_change: RuleVersion | None
    """The rule's first change since the suggestion."""
    is_log_read: bool
    """False: the audit log cannot be read, so nobody knows of changes."""


def read_known(event: SuggestionEvent) -> Known:
    """Read the rows an event refers to; at most four queries."""
    asked = event.model_version_id
    versions = ModelVersion.objects.defer("artifact")
    change, is_log_read = _read_change(event)
    return Known(
        change=RolloutChange.objects.filter(version=event.rollout_version).first(),
        version=versions.filter(pk=asked).first() if asked else None,
        rule=Rule.objects.filter(pk=event.rule_id).first() if event.rule_id else None,
        rule_change=change,
        is_log_read=is_log_read,
    )


def _read_change(event: SuggestionEvent) -> tuple[RuleVersion | None, bool]:
    if not event.rule_id:
        return None, True
    try:
        return change_since(event.rule_id, event.created_at), True
    except LogUnreadable:
        return None, False


def tell_decision(event: SuggestionEvent, user_id: str, known: Known) -> list[Step]:
    """Return the steps in the order in which the service takes them."""
    return [
        Step("User", f"User id {user_id}" if user_id else "None was sent, so there is no bucket."),
        Step("Bucket", _bucket(event)),
        _canary(event, known.change),
        _rules(event, known),
        _model(event, known.version),
        Step("Fallback", _fallback(event)),
        Step("Served", _served(event)),
    ]


def why_rules(event: SuggestionEvent) -> str:
    """Return why the rules were served, without a full stop."""
    reason = _lower_first(event.get_fallback_display())
    if event.fallback == Fallback.ROLLOUT_UNAVAILABLE:
        return reason
    if event.bucket is None:
        outside = "the transaction has no user id, so it belongs to no bucket"
    elif event.bucket < event.percentage:
        return reason
    elif event.percentage:
        canary = f"the canary of {in_percent(event.percentage)} (rollout version {event.rollout_version})"
        outside = f"bucket {event.bucket} lies outside {canary}"
    else:
        outside = "the canary is at 0 %"
    return outside if event.fallback in _OF_THE_CANARY else f"{outside}; besides, {reason}"


def _bucket(event: SuggestionEvent) -> str:
    if event.fallback == Fallback.ROLLOUT_UNAVAILABLE:
        return "Not known: the rollout could not be read."
    if event.bucket is None:
        return "None: without a user id the rules answer."
    return f"{event.bucket:,} of {BUCKETS:,}, the same for all of the user's transactions."


def _canary(event: SuggestionEvent, change: RolloutChange | None) -> Step:
    if event.fallback == Fallback.ROLLOUT_UNAVAILABLE:
        return Step("Canary", "It could not be read at that moment, so everybody was served by the rules.")
    canary = f"{in_percent(event.percentage)} at that moment, rollout version {event.rollout_version}"
    if event.bucket is None:
        place = ""
    elif event.bucket < event.percentage:
        place = f": buckets below {event.percentage:,} are in it, so the user was in"
    else:
        place = f": buckets below {event.percentage:,} are in it, so the user was outside"
    if change is not None:
        return Step("Canary", f"{canary}{place}.", Target("change", change.pk, f"Change {change.version}"))
    gone = " The change log has no entry of that version." if event.rollout_version else ""
    return Step("Canary", f"{canary}{place}.{gone}")


def _rules(event: SuggestionEvent, known: Known) -> Step:
    if not event.rule_category:
        return Step("Rules", "Asked: none matched.")
    said = f"Asked: {_sure(event.rule_category, event.rule_confidence)}"
    if event.rule_id is None:
        return Step("Rules", f"{said}; which rule it was is not recorded.")
    if known.rule is None:
        return Step("Rules", f"{said}, by rule {event.rule_id}, deleted since.{_then(known)}")
    target = Target("rule", known.rule.pk, str(known.rule))
    return Step("Rules", f"{said}.{_then(known)}", target)


def _then(known: Known) -> str:
    if not known.is_log_read:
        return " How it read then is unknown: the audit log cannot be read."
    if known.rule_change is None:
        return " It has not been changed since."
    then = known.rule_change.before
    if not then:
        return " It was made again since; how it read then is not in the log."
    return f" It was changed since; then it read: {_as_text(then)}."


def _as_text(facts: Any) -> str:
    return f"“{facts.get('pattern', '')}” → {facts.get('category', '')}, priority {facts.get('priority', 0)}"


def _model(event: SuggestionEvent, version: ModelVersion | None) -> Step:
    if event.model_version_id is None:
        return Step("Model", "Not asked: there was no champion, or it could not be looked up.")
    name = f"v{event.model_version_id}"
    if version is None:
        return Step("Model", f"{name}: {_said(event)} The version is gone.")
    is_dropped = version.size_bytes == 0
    dropped = " Its bytes have been dropped since, so it cannot be asked again." if is_dropped else ""
    return Step("Model", f"{_said(event)}{dropped}", Target("version", version.pk, name))


def _said(event: SuggestionEvent) -> str:
    if event.model_category:
        return f"Asked: {_sure(event.model_category, event.model_confidence)}. {_threshold()}"
    if event.state == State.MODEL_ERROR and event.fallback == Fallback.ROLLOUT_UNAVAILABLE:
        return "Asked, without an answer; why is not recorded, as the rollout could not be read either."
    if event.state == State.MODEL_ERROR:
        return f"Asked, without an answer: {_lower_first(event.get_fallback_display())}."
    if event.fallback in _SILENT:
        return f"Asked, but withheld: {_lower_first(event.get_fallback_display())}. {_threshold()}"
    return f"Asked, but it was not sure enough or knew none of the client's categories. {_threshold()}"


def _threshold() -> str:
    least = settings.SUGGEST_MODEL_MIN_CONFIDENCE
    return f"The least confidence is {least:g} now; what it was then is not recorded."


def _fallback(event: SuggestionEvent) -> str:
    if event.is_blind:
        return "The transaction is in the blind slice: nothing is shown, users choose by themselves."
    if not event.fallback:
        return "None: nothing stood against the model."
    return f"To the rules: {why_rules(event)}."


def _served(event: SuggestionEvent) -> str:
    if event.is_blind:
        return "Nothing was shown."
    whose = "The model's" if event.source == Source.MODEL else "The rules'"
    if not event.served_category:
        return f"{whose} answer, which is none: the user was shown no suggestion."
    return f"{whose} answer: {event.served_category}."


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _sure(category: str, confidence: float | None) -> str:
    return category if confidence is None else f"{category}, confidence {confidence:.2f}"
