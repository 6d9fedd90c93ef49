"""Refuse bodies of unknown length, which Django would take for empty ones."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from suggestions.api.problems import CONTENT_TYPE, Code, problem_body


def require_length(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 411 to a chunked body: a limit or a reason in it must not be lost without a word."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "Transfer-Encoding" not in request.headers:
            return get_response(request)
        body = problem_body(411, Code.LENGTH_REQUIRED, "Send the body at once, with its Content-Length.")
        return JsonResponse(body, status=411, content_type=CONTENT_TYPE)

    return answer
