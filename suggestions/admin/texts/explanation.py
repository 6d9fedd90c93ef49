"""Say in words why a suggestion was served as it was."""

from suggestions.domain.percentage import in_percent
from suggestions.inspection.event_steps import why_rules
from suggestions.inspection.playground import Played
from suggestions.models import Source, SuggestionEvent


def explain(event: SuggestionEvent) -> str:
    """Return one sentence: whose answer was served, and what decided it."""
    if event.is_blind:
        return "Nothing was shown: the transaction is in the blind slice, where users choose by themselves."
    if event.source == Source.MODEL:
        canary = f"the canary of {in_percent(event.percentage)} (rollout version {event.rollout_version})"
        return f"The model was served: bucket {event.bucket} lies below {canary}."
    return f"The rules were served: {why_rules(event)}."


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
