"""Keys made and revoked → the admin's log, under the key's prefix: the row's own id contains the hash."""

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType

from suggestions.models import ApiKey


def record_made(key: ApiKey, *, by: User | None) -> None:
    """Record who made the key, and for whom; None is a command, at which nobody is logged in.

    Each entry of that log names a person: for a command the owner, which the text says. The key of a client
    has nobody to name, and no entry.
    """
    owner = key.user or key.client
    if by is not None:
        _record(key, by, ADDITION, f"made by {by} for {owner}")
    elif key.user is not None:
        _record(key, key.user, ADDITION, f"made for {owner} by a command; who ran it is not known")


def record_revoked(key: ApiKey, *, by: User, reason: str) -> None:
    """Record who revoked the key, and why."""
    _record(key, by, CHANGE, f"revoked: {reason}")


def _record(key: ApiKey, person: User, flag: int, message: str) -> None:
    LogEntry.objects.create(
        user=person,
        content_type=ContentType.objects.get_for_model(ApiKey),
        object_id=key.prefix,
        object_repr=str(key)[:200],
        action_flag=flag,
        change_message=message,
    )
