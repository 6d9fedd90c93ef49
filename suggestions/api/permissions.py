"""Which role may call which route: one table; what is not in it is denied."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from suggestions.api.authentication import Principal
from suggestions.roles import Role

if TYPE_CHECKING:  # views import this module through the settings
    from rest_framework.views import APIView

CLIENT = frozenset({Role.CLIENT})
STAFF = frozenset({Role.ANALYST, Role.OPERATOR, Role.ADMIN})
OPERATORS = frozenset({Role.OPERATOR, Role.ADMIN})
EVERYBODY = CLIENT | STAFF

PERMISSIONS: dict[tuple[str, str], frozenset[Role]] = {
    ("suggestions", "POST"): CLIENT,
    ("feedback", "POST"): CLIENT,
    ("accept", "POST"): CLIENT,
    ("reject", "POST"): CLIENT,
    ("transactions", "GET"): CLIENT,
    ("transactions", "POST"): CLIENT,
    ("model-status", "GET"): EVERYBODY,
    ("predict", "POST"): EVERYBODY,
    ("train", "POST"): OPERATORS,
    ("training-run", "GET"): OPERATORS,
    ("evidence", "GET"): STAFF,
    ("disagreements", "GET"): STAFF,
    ("disagreements-csv", "GET"): STAFF,
    ("rollout", "GET"): STAFF,
    ("rollout-rollback", "POST"): OPERATORS,
}


class RoutePermission(BasePermission):
    """Allow what the table allows."""

    message = "Your role does not allow this."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Look the route and the method up in the table."""
        if not isinstance(request.user, Principal) or request.resolver_match is None:
            return False
        method = request.method or ""
        if method.lower() not in view.http_method_names or not hasattr(view, method.lower()):
            return True  # the view answers 405
        return request.user.role in PERMISSIONS.get(
            (request.resolver_match.url_name or "", method), frozenset()
        )
