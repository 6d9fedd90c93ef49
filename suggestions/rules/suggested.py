"""Read the labels, and say which rules they ask for; nothing is kept of it."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from suggestions.client_categories import withdrawn_categories
from suggestions.domain.rules.engine import RuleInput
from suggestions.domain.rules.suggested import KnownLabel, RuleSuggestion, suggest_rules
from suggestions.models import Client, LabelSource, Transaction, Verdict
from suggestions.rules.cache import current_engine

LABELS: Final = 10_000
"""So many of the newest labels are read."""
RECENT: Final = 5_000
"""Of so many of the newest transactions those of the merchant are counted."""
SHOWN: Final = 50
_COLUMNS: Final = (
    *("id", "client_id", "user_id", "description", "amount", "merchant"),
    *("category", "feedback_category", "feedback_verdict", "feedback_source"),
)


@dataclass(frozen=True, slots=True)
class OfferedRule:
    """A rule that the labels ask for, with what a person needs to judge it."""

    suggestion: RuleSuggestion
    client: str
    """The client's name."""
    matches: int
    """Of the newest transactions: they are of the merchant."""


def offer_rules() -> list[OfferedRule]:
    """Return the rules that labels ask for, what gains most first.

    Five queries, and one more after a change of the rules, whatever the number of labels.
    """
    suggestions = suggest_rules(_labels(), current_engine(), withdrawn=withdrawn_categories(), limit=SHOWN)
    recent = Transaction.objects.order_by("-id").values_list("client_id", "merchant")[:RECENT]
    counted = Counter(recent) if suggestions else Counter()
    names = dict(Client.objects.values_list("pk", "name"))
    return [
        OfferedRule(one, names.get(one.client_id, "–"), counted[one.client_id, one.merchant])
        for one in suggestions
    ]


def _labels() -> list[KnownLabel]:
    newest = Transaction.objects.labelled().filter(client__is_active=True).exclude(merchant="")
    # Plain values: ten thousand rows of the model take three times as long.
    rows = newest.order_by("-date", "-id").values_list(*_COLUMNS)[:LABELS]
    return [
        KnownLabel(
            pk,
            RuleInput(client_id, user_id, description, amount, merchant),
            said or sent,
            is_correction=verdict == Verdict.CORRECTED and source != LabelSource.STAFF,
        )
        for pk, client_id, user_id, description, amount, merchant, sent, said, verdict, source in rows
    ]
