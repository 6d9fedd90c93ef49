"""How much a training makes of a label, in this installation."""

from django.conf import settings

from suggestions.domain.label_kind import LabelKind


def label_weights() -> dict[LabelKind, float]:
    """Return how much a label of each kind counts in this installation."""
    return {
        LabelKind.CORRECTED: settings.SUGGEST_LABEL_WEIGHT_CORRECTED,
        LabelKind.ACCEPTED_MODEL: settings.SUGGEST_LABEL_WEIGHT_ACCEPTED_MODEL,
        LabelKind.SENT: settings.SUGGEST_LABEL_WEIGHT_SENT,
        LabelKind.ACCEPTED_RULE: settings.SUGGEST_LABEL_WEIGHT_ACCEPTED_RULE,
    }
