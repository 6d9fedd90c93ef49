"""Say what is known about held-out examples without asking the model."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from mlmodels.domain.evaluation import HoldOut
from mlmodels.domain.text import normalise
from mlmodels.domain.types import LabelledExample


def to_hold_out(
    older: Sequence[LabelledExample],
    newer: Sequence[LabelledExample],
    champion: Sequence[str | None] | None = None,
) -> HoldOut:
    """Return the truth of the newer examples, with what the older ones alone would answer.

    Args:
        older: what the model learned from, at least one.
        newer: what it is measured on.
        champion: what the present champion answers to the newer ones; None: there is none.
    """
    most_frequent = _most_frequent_by_merchant(older)
    merchants = [normalise(labelled.example.description) for labelled in newer]
    return HoldOut(
        categories=[labelled.category for labelled in newer],
        baseline=[labelled.baseline_category for labelled in newer],
        champion=champion,
        lookup=[most_frequent.get(merchant) for merchant in merchants],
        majority=Counter(labelled.category for labelled in older).most_common(1)[0][0],
        is_seen=[merchant in most_frequent for merchant in merchants],
    )


def _most_frequent_by_merchant(examples: Sequence[LabelledExample]) -> dict[str, str]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for labelled in examples:
        counts[normalise(labelled.example.description)][labelled.category] += 1
    return {merchant: categories.most_common(1)[0][0] for merchant, categories in counts.items()}
