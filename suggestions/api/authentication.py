"""Who calls: a client or a member of staff, by the key in the Authorization header."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from suggestions.domain.text_input import is_storable
from suggestions.models import ApiKey, Client
from suggestions.roles import READ_DESCRIPTIONS, Role, role_of

SCHEME = "Api-Key"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of an API route: exactly one of client and user is set."""

    role: Role
    client: Client | None = None
    user: User | None = None
    is_authenticated: bool = True
    is_active: bool = True


class ApiKeyAuthentication(BaseAuthentication):
    """Accept `Authorization: Api-Key <key>`; cookies are never looked at, so no other site can use them."""

    def authenticate(self, request: Request) -> tuple[Principal, ApiKey] | None:
        """Return the key's owner; None without the header.

        Raises:
            AuthenticationFailed: the key is unknown, revoked or expired, or its owner inactive.
        """
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != SCHEME.lower():
            raise AuthenticationFailed(f"Send your key as: Authorization: {SCHEME} <key>")
        api_key = _find_key(key.strip())
        principal = _principal_of(api_key) if api_key else None
        if api_key is None or principal is None:
            raise AuthenticationFailed(
                "The key is not valid: unknown, revoked, expired, or its owner is inactive."
            )
        return principal, api_key

    def authenticate_header(self, request: Request) -> str:
        """Make a missing key a 401 that says what is expected."""
        return SCHEME


def _find_key(key: str) -> ApiKey | None:
    if not is_storable(key) or len(key) > 150:
        return None
    prefix = key.partition(".")[0]
    api_key: ApiKey | None = (
        ApiKey.objects.filter(revoked=False, prefix=prefix).select_related("client", "user").first()
    )
    if api_key is None or not api_key.is_valid(key) or api_key.has_expired:
        return None
    return api_key


def _principal_of(api_key: ApiKey) -> Principal | None:
    if api_key.client is not None:
        return Principal(Role.CLIENT, client=api_key.client) if api_key.client.is_active else None
    role = role_of(api_key.user) if isinstance(api_key.user, User) else None
    return Principal(role, user=api_key.user) if role else None


def principal_of(request: Request) -> Principal:
    """Return the caller."""
    if not isinstance(request.user, Principal):
        raise PermissionDenied
    return request.user


def may_read_descriptions(principal: Principal) -> bool:
    """Tell whether the caller may see descriptions as sent: a client its own, staff by permission."""
    if principal.user is None:
        return True
    return bool(principal.user.has_perm(READ_DESCRIPTIONS))


def client_of(request: Request) -> Client:
    """Return the calling client; the permission table lets nobody else get here."""
    client = principal_of(request).client
    if client is None:
        raise PermissionDenied
    return client
