"""A page of our own in the admin: what its template needs besides the content."""

from django.http import HttpRequest
from django.utils.text import capfirst

from console.model_admin import ConsoleAdmin


def page_context(model_admin: ConsoleAdmin, request: HttpRequest, title: str) -> dict[str, object]:
    """Return what frames the page: the sidebar, and the path above it: app › list of the model › title."""
    is_the_list = title == capfirst(str(model_admin.opts.verbose_name_plural))
    # Given `opts`, the theme ends the path at the list; given the admin alone, it goes on to the title.
    place = {"opts": model_admin.opts} if is_the_list else {"model_admin": model_admin}
    return {**model_admin.admin_site.each_context(request), **place, "title": title}
