"""Keep what happens in a training run, for whoever reads its page."""

import structlog
from django.db import DatabaseError, transaction

from mlmodels.models import TrainingRun, TrainingRunLine

log = structlog.get_logger(__name__)

LONGEST_LINE = 500


def note(run_id: int, text: str, *, attempt: int | None = None) -> None:
    """Add a line to a run's log, with an attempt only while that one has the run.

    A training never fails for want of a line.
    """
    try:
        with transaction.atomic():
            if attempt is None or _has_the_run(run_id, attempt):
                TrainingRunLine.objects.create(run_id=run_id, text=text[:LONGEST_LINE])
    except DatabaseError as error:
        log.warning("training_run.line_not_written", run_id=run_id, error=type(error).__name__)


def lines_after(run_id: int, line_id: int = 0) -> list[TrainingRunLine]:
    """Return the lines of a run that came after one of them, oldest first."""
    return list(TrainingRunLine.objects.filter(run_id=run_id, pk__gt=line_id))


def _has_the_run(run_id: int, attempt: int) -> bool:
    running = TrainingRun.objects.filter(pk=run_id, attempt=attempt, status=TrainingRun.Status.RUNNING)
    # Locked, so that no other attempt begins before the line is written.
    return bool(running.select_for_update(no_key=True).values_list("pk"))
