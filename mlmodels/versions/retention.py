"""Drop the bytes of old versions; their rows, figures and reasons stay for ever."""

from typing import Final

from django.db.models import Q

from audit import log
from mlmodels.models import ModelVersion
from mlmodels.versions.change_log import archive_parts
from mlmodels.versions.changing import locked, one_change
from mlmodels.versions.promotable import previous_champions

Status = ModelVersion.Status

REASON: Final = "its bytes were dropped to save space, so it can no longer be promoted"
_DROPPABLE = (Status.CANDIDATE, Status.ARCHIVED, Status.REJECTED)


def prune(*, keep: int, origin: log.Origin = log.Origin.COMMAND) -> list[int]:
    """Drop the artifacts of all but the newest so many versions, and return whose.

    Champion, challenger and the previous champion keep theirs and do not count. A candidate without its bytes
    can never be promoted, so it is archived; a log that cannot be written does not hold it up.

    Raises:
        RegistryRefused: somebody else is changing one of them.
    """
    newest_first = ModelVersion.objects.filter(_droppable()).order_by("-pk")
    old = list(newest_first.values_list("pk", flat=True)[keep:])
    with one_change():
        # Asked again once they are locked, because a promotion may have been faster.
        dropped = list(locked(_droppable() & Q(pk__in=old)))
        candidates = [version for version in dropped if version.status == Status.CANDIDATE]
        of_all = ModelVersion.objects.filter(pk__in=[version.pk for version in dropped])
        of_all.update(artifact=b"", size_bytes=0)
        of_all.filter(status=Status.CANDIDATE).update(status=Status.ARCHIVED)
        for version in candidates:
            version.status = Status.ARCHIVED
            parts = archive_parts(version, by=None, reason=REASON, origin=origin)
            log.record_or_report(log.Kind.ARCHIVE, **parts)
    return [version.pk for version in dropped]


def _droppable() -> Q:
    previous = previous_champions().values("pk")[:1]
    return Q(status__in=_DROPPABLE, size_bytes__gt=0) & ~Q(pk__in=previous)
