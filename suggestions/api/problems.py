"""Errors as RFC 9457 problem documents, with codes from a closed list."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from http import HTTPStatus

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.template import loader
from django.views import defaults
from rest_framework import exceptions, status
from rest_framework.response import Response

CONTENT_TYPE = "application/problem+json"
MAX_QUOTE = 300
"""Characters of a field's name or an error that are shown."""


class Code(StrEnum):
    """What went wrong, for programs; clients may rely on each."""

    INVALID = "invalid"
    MALFORMED_JSON = "malformed_json"
    TOO_LARGE = "body_too_large"
    LENGTH_REQUIRED = "length_required"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    NOT_ACCEPTABLE = "not_acceptable"
    NOT_AUTHENTICATED = "not_authenticated"
    PERMISSION_DENIED = "permission_denied"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    CONTRADICTORY_FEEDBACK = "contradictory_feedback"
    TRAINING_IN_PROGRESS = "training_in_progress"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    DATABASE_UNAVAILABLE = "database_unavailable"
    INTERNAL_ERROR = "internal_error"


class Problem(exceptions.APIException):
    """An error with a code of its own and, where needed, further members."""

    def __init__(self, status_code: int, code: Code, detail: str, **members: object) -> None:
        super().__init__(detail, code)
        self.status_code = status_code
        self.code = code
        self.members = members


_CODES: list[tuple[type[Exception], Code]] = [
    (exceptions.ValidationError, Code.INVALID),
    (exceptions.ParseError, Code.MALFORMED_JSON),
    (exceptions.NotAuthenticated, Code.NOT_AUTHENTICATED),
    (exceptions.AuthenticationFailed, Code.NOT_AUTHENTICATED),
    (exceptions.PermissionDenied, Code.PERMISSION_DENIED),
    (exceptions.NotFound, Code.NOT_FOUND),
    (exceptions.MethodNotAllowed, Code.METHOD_NOT_ALLOWED),
    (exceptions.UnsupportedMediaType, Code.UNSUPPORTED_MEDIA_TYPE),
    (exceptions.NotAcceptable, Code.NOT_ACCEPTABLE),
]


def problem_response(error: Exception, _context: Mapping[str, object]) -> Response | None:
    """Turn an error raised in a view into its problem document; None lets an unknown one become a 500."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, OperationalError | InterfaceError):
        detail = "The database cannot be reached; nothing was changed. Try again."
        body = problem_body(status.HTTP_503_SERVICE_UNAVAILABLE, Code.DATABASE_UNAVAILABLE, detail)
        return Response(body, status=503, headers={"Retry-After": "2"}, content_type=CONTENT_TYPE)
    if not isinstance(error, exceptions.APIException):
        return None
    body = problem_body(error.status_code, _code_of(error), _detail_of(error))
    if isinstance(error, exceptions.ValidationError):
        body["errors"] = list(_field_errors(error.detail, ""))
    if isinstance(error, Problem):
        body |= error.members
    headers = {"WWW-Authenticate": str(error.auth_header)} if hasattr(error, "auth_header") else {}
    return Response(body, status=error.status_code, headers=headers, content_type=CONTENT_TYPE)


def problem_body(status_code: int, code: Code, detail: str) -> dict[str, object]:
    """Return the members every problem document has."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status_code).phrase,
        "status": status_code,
        "code": code.value,
        "detail": detail,
        "request_id": structlog.contextvars.get_contextvars().get("request_id"),
    }


def _code_of(error: exceptions.APIException) -> Code:
    if isinstance(error, Problem):
        return error.code
    return next((code for kind, code in _CODES if isinstance(error, kind)), Code.INTERNAL_ERROR)


def _detail_of(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.ValidationError):
        first = next(_field_errors(error.detail, ""), None)
        return (
            f"{first['field']}: {first['detail']}"
            if first and first["field"]
            else "The request is not valid."
        )
    return str(error.detail)


def _field_errors(detail: object, path: str) -> Iterator[dict[str, str]]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own_name = "" if name == "non_field_errors" else str(name)
            yield from _field_errors(inner, f"{path}.{own_name}".strip("."))
    elif isinstance(detail, list | tuple):
        for inner in detail:
            yield from _field_errors(inner, path)
    else:
        code = str(getattr(detail, "code", "invalid"))
        yield {"field": _fit(path), "code": code, "detail": _fit(str(detail))}


def _fit(text: str) -> str:
    # An error may quote what was sent: at any length, and with halves of characters that no answer can carry.
    return text[:MAX_QUOTE].encode("utf-8", "replace").decode()


def _django_problem(request: HttpRequest, status_code: int, code: Code, detail: str) -> HttpResponse | None:
    if request.path.startswith("/admin"):
        return None
    body = problem_body(status_code, code, detail)
    return JsonResponse(body, status=status_code, content_type=CONTENT_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 where no view was reached."""
    problem = _django_problem(request, 400, Code.INVALID, "The request is not valid.")
    if problem is None and isinstance(exception, TooManyFieldsSent):
        limit = f"{settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,}"
        return HttpResponseBadRequest(loader.render_to_string("too_many_fields.html", {"limit": limit}))
    return problem or defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 where no view was reached."""
    problem = _django_problem(request, 403, Code.PERMISSION_DENIED, "This is not allowed.")
    return problem or defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 for a route that does not exist."""
    problem = _django_problem(request, 404, Code.NOT_FOUND, "There is no such route; /api/docs lists them.")
    return problem or defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, telling nothing but the request id to look for in the log."""
    problem = _django_problem(request, 500, Code.INTERNAL_ERROR, "Something went wrong; it has been logged.")
    return problem or defaults.server_error(request)
