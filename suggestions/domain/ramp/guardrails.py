"""What lowers the canary by itself, at any time."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What follows when a guardrail fires."""

    LOWER = "lower"
    """Narrow the canary at once, and hold it there."""
    HOLD = "hold"
    """Widen it no further until a person has looked."""


@dataclass(frozen=True, slots=True)
class GuardrailReading:
    """One guardrail at one look."""

    name: str
    title: str
    action: Action
    has_fired: bool
    evidence: float
    """For harm, as a power of ten; 0 says nothing either way."""
    limit: float
    """The evidence from which it fires."""
    detail: str
    """What was found, in words for people."""
