"""Celery tasks of the product: they only look; what they find is decided in the database."""

from celery import shared_task

from suggestions.evidence.rollups import fold_events
from suggestions.ramp.watching import evaluate


@shared_task(name="suggestions.tasks.evaluate_rollout", ignore_result=True)
def evaluate_rollout(**_kwargs: object) -> None:
    """Let the guardrails act, take the next step where the policy may, then count what is left to count."""
    evaluate()
    fold_events()
