"""The rows models learn from: what clients and end users have said about their transactions."""

from collections.abc import Iterator

from django.db.models import Q

from mlmodels.domain.types import LabelledExample
from suggestions.domain.label_kind import kind_of
from suggestions.models import Transaction
from suggestions.rules.cache import current_engine, to_rule_input
from suggestions.serving.model_answers import to_example
from suggestions.training_source.weights import label_weights

CHUNK = 2_000


def labelled_examples(*, limit: int | None) -> Iterator[LabelledExample]:
    """Stream the labelled transactions of all active clients, oldest first; with a limit only the newest.

    The baseline is what the rules say today, so that a model can be held against them on the same rows. A
    label's weight stands on the transaction itself: the stream is one query, however many verdicts there are.
    """
    engine = current_engine()
    weights = label_weights()
    labelled = Transaction.objects.labelled().filter(client__is_active=True)
    rows = labelled.order_by("date", "id")
    if limit is not None:
        first = labelled.order_by("-date", "-id").values_list("date", "id")[limit - 1 : limit].first()
        if first is not None:
            rows = rows.filter(Q(date__gt=first[0]) | Q(date=first[0], id__gte=first[1]))
    for row in rows.iterator(chunk_size=CHUNK):
        baseline = engine.candidates(to_rule_input(row), top_k=1)
        yield LabelledExample(
            example=to_example(row),
            category=row.known_category,
            weight=weights[kind_of(verdict=row.feedback_verdict, source=row.feedback_source)],
            baseline_category=baseline[0].category if baseline else None,
        )
