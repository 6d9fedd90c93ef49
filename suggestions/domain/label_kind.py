"""How much a known category says: a correction more than an acceptance, an acceptance of a rule's least."""

from enum import StrEnum


class LabelKind(StrEnum):
    """Who says what category a transaction has, and how freely; the strongest first."""

    CORRECTED = "corrected"
    """The end user chose it over what was shown, or a member of staff looked at it and set it."""
    ACCEPTED_MODEL = "accepted_model"
    """The end user let the model's suggestion stand."""
    SENT = "sent"
    """The client sent it."""
    ACCEPTED_RULE = "accepted_rule"
    """The end user let a rule's suggestion stand: people accept what they are shown, so the rule speaks."""


def kind_of(*, verdict: str, source: str) -> LabelKind:
    """Return the kind of a transaction's label from its user's verdict, and whose suggestion that was on."""
    if verdict == "corrected":
        return LabelKind.CORRECTED
    if verdict == "accepted":
        return LabelKind.ACCEPTED_RULE if source == "rule" else LabelKind.ACCEPTED_MODEL
    return LabelKind.SENT
