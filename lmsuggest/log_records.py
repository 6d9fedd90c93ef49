"""What a line of the log keeps of the request it is about."""

from collections.abc import MutableMapping
from typing import Any

from django.http import HttpRequest


def describe(request: HttpRequest) -> str:
    """Return the method and the path: the query may name a merchant or a user."""
    return f"{request.method} {request.path}"


def without_query(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the request that Django adds to its records of errors, whose text holds the query."""
    if isinstance(event.get("request"), HttpRequest):
        event["request"] = describe(event["request"])
    return event
