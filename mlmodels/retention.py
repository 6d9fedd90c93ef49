"""Drop the bytes of old versions; their rows, figures and reasons stay for ever."""

from django.db.models import QuerySet

from mlmodels.models import ModelVersion
from mlmodels.promotable import previous_champions

Status = ModelVersion.Status

_DROPPABLE = (Status.CANDIDATE, Status.ARCHIVED, Status.REJECTED)


def prune(*, keep: int) -> list[int]:
    """Drop the artifacts of all but the newest so many versions, and return whose.

    Champion, challenger and the previous champion keep theirs and do not count. A candidate without its bytes
    can never be promoted, so it is archived.
    """
    old = list(_droppable().order_by("-pk").values_list("pk", flat=True)[keep:])
    # Asked again by the UPDATE, whose row lock a promotion at the same moment has or waits for.
    dropped = _droppable().filter(pk__in=old)
    dropped.filter(status=Status.CANDIDATE).update(status=Status.ARCHIVED)
    dropped.update(artifact=b"", size_bytes=0)
    return sorted(old)


def _droppable() -> QuerySet[ModelVersion]:
    return ModelVersion.objects.filter(status__in=_DROPPABLE, size_bytes__gt=0).exclude(
        pk__in=previous_champions().values("pk")[:1]
    )
