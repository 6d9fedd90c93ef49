"""Which category of a suggestion's transaction is known, as expressions for queries of events."""

from typing import Final

from django.db.models import Case, F, Q, Value, When

from suggestions.models import LabelSource, State

_BY_USER: Final = When(~Q(transaction__feedback_category=""), then=F("transaction__feedback_category"))
_BY_CLIENT: Final = F("transaction__category")

KNOWN_CATEGORY: Final = Case(_BY_USER, default=_BY_CLIENT)
"""`Transaction.known_category`: the user's word counts before the client's."""

PROVES_NOTHING: Final = (
    Q(is_label_known=True) | Q(state=State.MODEL_ERROR) | Q(transaction__feedback_source=LabelSource.STAFF)
)
"""What was known before says nothing of the suggestion, staff looks at disagreements alone, and a model that
could not be asked is neither right nor wrong."""
_NEVER: Final = Q(pk__in=[])


def outcome(unless: Q = _NEVER) -> Case:
    """Return the category that became known after the suggestion; empty where it proves nothing."""
    return Case(When(PROVES_NOTHING | unless, then=Value("")), _BY_USER, default=_BY_CLIENT)
