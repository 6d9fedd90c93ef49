"""Who may do what with the ramp, whichever way they come."""

from django.contrib.auth.models import User

from suggestions.rollout import RolloutRefused


class NotAllowed(RolloutRefused):
    """The person may not do that."""


def require(user: User | None, permission: str, to_do: str) -> None:
    """Refuse a person who may not; None is a command without a name, which its host has let in.

    Raises:
        NotAllowed: the role does not allow it.
    """
    if user is not None and not user.has_perm(permission):
        raise NotAllowed(f"{user.get_username()} may not {to_do}: ask an admin.")
