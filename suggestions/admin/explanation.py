"""Say in words why a suggestion was served as it was."""

from suggestions.admin.summary import to_text
from suggestions.models import Fallback, Source, SuggestionEvent
from suggestions.playground import Played

_NOT_ABOUT_THE_CANARY = (Fallback.NO_USER, Fallback.ROLLOUT_UNAVAILABLE)


def explain(event: SuggestionEvent) -> str:
    """Return one sentence: whose answer was served, and what decided it."""
    canary = f"the canary of {to_text(event.percentage)} (rollout version {event.rollout_version})"
    if event.is_blind:
        return "Nothing was shown: the transaction is in the blind slice, where users choose by themselves."
    if event.source == Source.MODEL:
        return f"The model was served: bucket {event.bucket} lies below {canary}."
    return f"The rules were served: {_reason(event, canary)}."


def explain_played(played: Played) -> str:
    """Return the same sentence about what would be served."""
    return explain(
        SuggestionEvent(
            source=played.decision.source,
            fallback=played.fallback,
            is_blind=played.decision.is_blind,
            bucket=played.bucket,
            percentage=played.rollout.percentage,
            rollout_version=played.rollout.version,
        )
    )


def to_answer(category: str, confidence: float | None) -> str:
    """Write one predictor's answer."""
    if not category:
        return "no answer"
    return f"{category} ({confidence:.2f})" if confidence is not None else category


def _reason(event: SuggestionEvent, canary: str) -> str:
    if event.fallback == Fallback.NO_USER or event.bucket is None:
        return "the transaction has no user id, so it belongs to no bucket"
    outside = (
        "the canary is at 0 %" if not event.percentage else f"bucket {event.bucket} lies outside {canary}"
    )
    if event.fallback == Fallback.NOT_IN_CANARY:
        return outside
    reason = _lower_first(event.get_fallback_display())
    if event.fallback in _NOT_ABOUT_THE_CANARY or event.bucket < event.percentage:
        return reason
    return f"{outside}; besides, {reason}"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
