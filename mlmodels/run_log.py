"""Keep what happens in a training run, for whoever reads its page."""

import structlog
from django.db import DatabaseError, transaction

from mlmodels.models import TrainingRunLine

log = structlog.get_logger(__name__)

LONGEST_LINE = 500


def note(run_id: int, text: str) -> None:
    """Add a line to a run's log; a training never fails for want of it."""
    try:
        with transaction.atomic():
            TrainingRunLine.objects.create(run_id=run_id, text=text[:LONGEST_LINE])
    except DatabaseError as error:
        log.warning("training_run.line_not_written", run_id=run_id, error=type(error).__name__)


def lines_after(run_id: int, line_id: int = 0) -> list[TrainingRunLine]:
    """Return the lines of a run that came after one of them, oldest first."""
    return list(TrainingRunLine.objects.filter(run_id=run_id, pk__gt=line_id))
