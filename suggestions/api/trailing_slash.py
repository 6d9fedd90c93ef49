"""Let a route of the API be called with a trailing slash too; none is needed."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PREFIX = "/ml/"


def without_trailing_slash(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return a middleware that resolves `/ml/suggestions/` as `/ml/suggestions`, without a redirect."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(PREFIX) and request.path_info.endswith("/"):
            request.path_info = request.path_info[:-1]
        return get_response(request)

    return answer
