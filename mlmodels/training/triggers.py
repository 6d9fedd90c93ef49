"""What asks for a training besides people and the clock."""

from collections.abc import Iterator

from django.db.models.functions import Coalesce

from mlmodels import conf
from mlmodels.models import TrainingRun
from mlmodels.training import drift
from mlmodels.training.runs import RunRequest

Kind = TrainingRun.Kind


def due_requests() -> Iterator[RunRequest]:
    """Yield what should be trained for now; drift last, as it is measured on the way and may fail."""
    for look in (_after_labels, _on_drift):
        request = look()
        if request is not None:
            yield request


def _after_labels() -> RunRequest | None:
    wanted = conf.train_after_labels()
    if not wanted:
        return None
    # Every run counts, however it ended: one that was refused would be refused again within the hour.
    asked_at = Coalesce("started_at", "created_at")
    last = TrainingRun.objects.order_by("-pk").values_list("pk", asked_at).first()
    last_id, since = last or (0, None)
    labels = conf.activity_source()(since=since).labels
    if labels < wanted:
        return None
    reason = f"{labels} new labels " + (f"since run {last_id}" if last_id else "so far")
    # After one run there can be one run for its labels, however many beats look at once.
    return RunRequest(kind=Kind.LABELS, slot=f"after-run-{last_id}", reason=reason)


def _on_drift() -> RunRequest | None:
    moved = [reading for reading in drift.measure() if reading.is_drift]
    if not moved or not conf.is_trained_on_drift():
        return None
    # One run for a champion: whoever does not promote its successor is not asked every hour.
    slot = f"v{moved[0].version_id}"
    return RunRequest(kind=Kind.DRIFT, slot=slot, reason=f"{moved[0].get_kind_display()}: {moved[0].detail}")
