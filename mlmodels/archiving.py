"""Put candidates aside that nobody will promote."""

from django.contrib.auth.models import User
from django.db import transaction

from audit import log
from mlmodels.change_log import archive_parts
from mlmodels.models import ModelVersion

Status = ModelVersion.Status

_BEFORE_ARCHIVING: dict[str, str] = {
    Status.CHAMPION: "Promote another version, or roll back, first.",
    Status.CHALLENGER: "End the challenge first.",
    Status.ARCHIVED: "There is nothing to do.",
    Status.REJECTED: "It waits for nothing, and its reason stays with it.",
}


class ArchivingRefused(Exception):
    """A version cannot be archived; `detail` says why and what to do."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def archive(
    version_id: int, *, by: User | None, reason: str, origin: log.Origin = log.Origin.COMMAND
) -> ModelVersion:
    """Put a candidate aside; it is no predecessor of any champion, and may still be promoted.

    Raises:
        ArchivingRefused: unknown, no candidate, or the change cannot be logged.
    """
    try:
        with transaction.atomic():
            locked = ModelVersion.objects.select_for_update().defer("artifact")
            version = locked.filter(pk=version_id).first()
            if version is None:
                raise ArchivingRefused(
                    f"There is no version {version_id}; `manage.py models list` shows those there are."
                )
            if version.status != Status.CANDIDATE:
                raise ArchivingRefused(f"{version} is {version.status}. {_BEFORE_ARCHIVING[version.status]}")
            version.status = Status.ARCHIVED
            version.save(update_fields=["status"])
            log.record(log.Kind.ARCHIVE, **archive_parts(version, by=by, reason=reason, origin=origin))
            return version
    except log.LogUnavailable as error:
        raise ArchivingRefused(f"Not done: {error}.") from error
