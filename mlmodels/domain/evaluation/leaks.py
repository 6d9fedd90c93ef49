"""Suspect a model that is too good: something in the row already says the category."""

from collections.abc import Iterator

from mlmodels.domain.evaluation.evaluation import Evaluation
from mlmodels.domain.evaluation.examined import DataFacts
from mlmodels.domain.figures import to_percent

IMPLAUSIBLE_ACCURACY = 0.995
"""People disagree about more than one purchase in two hundred: no honest model reaches this on new rows."""
MIN_ROWS = 100
"""Fewer may all be right by luck: at a true accuracy of 0.95 that happens in 1 of 170 cases."""
MIN_LEAD = 0.05
"""So far above what the merchant alone tells a model cannot come by reading merchants well."""
SPELLED_OUT = 0.9
"""A category in the text of so many rows was written there by whoever chose it."""


def signs_of_a_leak(evaluation: Evaluation, data: DataFacts) -> Iterator[str]:
    """Yield what points to a leak, in words for people; nothing for a plausible model."""
    if data.spelled_out is not None and data.spelled_out >= SPELLED_OUT:
        yield f"description or memo name the category in {to_percent(data.spelled_out)} of the examples"
    if _is_perfect_on_the_unseen(evaluation):
        yield (
            f"right in {to_percent(evaluation.accuracy_unseen)} where the merchant is new, "
            "no less than where it is known"
        )
    if _is_far_above_the_merchant(evaluation):
        merchant_alone = to_percent(evaluation.lookup_accuracy)
        yield f"right in {to_percent(evaluation.accuracy)}, the merchant alone in {merchant_alone}"


def _is_perfect_on_the_unseen(evaluation: Evaluation) -> bool:
    unseen, seen, share_seen = evaluation.accuracy_unseen, evaluation.accuracy_seen, evaluation.share_seen
    if unseen is None or share_seen is None or evaluation.size * (1 - share_seen) < MIN_ROWS:
        return False
    return unseen >= IMPLAUSIBLE_ACCURACY and (seen is None or unseen >= seen)


def _is_far_above_the_merchant(evaluation: Evaluation) -> bool:
    if evaluation.size < MIN_ROWS or evaluation.lookup_accuracy is None:
        return False
    lead = evaluation.accuracy - evaluation.lookup_accuracy
    return evaluation.accuracy >= IMPLAUSIBLE_ACCURACY and lead >= MIN_LEAD
