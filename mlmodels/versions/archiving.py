"""Put candidates aside that nobody will promote."""

from django.contrib.auth.models import User
from django.db.models import Q

from audit import log
from mlmodels.models import ModelVersion
from mlmodels.versions.change_log import archive_parts
from mlmodels.versions.changing import RegistryRefused, locked, one_change, stated, unknown

Status = ModelVersion.Status

_BEFORE_ARCHIVING: dict[str, str] = {
    Status.CHAMPION: "Promote another version, or roll back, first.",
    Status.CHALLENGER: "End the challenge first.",
    Status.ARCHIVED: "There is nothing to do.",
    Status.REJECTED: "It waits for nothing, and its reason stays with it.",
}


def archive(
    version_id: int, *, by: User | None, reason: str, origin: log.Origin = log.Origin.COMMAND
) -> ModelVersion:
    """Put a candidate aside; it is no predecessor of any champion, and may still be promoted.

    Raises:
        RegistryRefused: unknown, no candidate, the reason is missing, or the change cannot be logged.
    """
    reason = stated(reason)
    with one_change():
        version = locked(Q(pk=version_id)).first()
        if version is None:
            raise unknown(version_id)
        if version.status != Status.CANDIDATE:
            raise RegistryRefused(f"{version} is {version.status}. {_BEFORE_ARCHIVING[version.status]}")
        version.status = Status.ARCHIVED
        version.save(update_fields=["status"])
        log.record(log.Kind.ARCHIVE, **archive_parts(version, by=by, reason=reason, origin=origin))
        return version
