"""What a request to the API passes before a view sees it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from suggestions.api.problems import CONTENT_TYPE, Code, problem_body

PREFIX = "/ml/"


def require_length(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Return a middleware that answers 411 to a body of unknown length.

    Django would take such a chunked body for an empty one: a limit or a reason in it must not get lost.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if "Transfer-Encoding" not in request.headers:
            return get_response(request)
        body = problem_body(411, Code.LENGTH_REQUIRED, "Send the body at once, with its Content-Length.")
        return JsonResponse(body, status=411, content_type=CONTENT_TYPE)

    return answer


def without_trailing_slash(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Return a middleware that resolves `/ml/suggestions/` as `/ml/suggestions`, without a redirect."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(PREFIX) and request.path_info.endswith("/"):
            request.path_info = request.path_info[:-1]
        return get_response(request)

    return answer
