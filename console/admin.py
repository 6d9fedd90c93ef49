"""Saving, sharing and deleting the filters of lists: POST alone, and back to the list."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from console.filter_query import QueryRefused, to_query, to_query_or_nothing
from console.filtered_list import SHARE, FilteredList, may_delete
from console.model_admin import ReadOnlyAdmin
from console.models import SavedFilter

MOST: Final = 30
"""One person saves so many filters of one page."""


class NameForm(forms.Form):
    """The name under which a filter is saved."""

    name = forms.CharField(max_length=60)


@admin.register(SavedFilter)
class SavedFilterAdmin(ReadOnlyAdmin):
    """No pages of its own: the lists show the filters, and their forms are sent here."""

    def get_urls(self) -> list[URLPattern]:
        """Offer the three forms and nothing else."""
        wrap, name = self.admin_site.admin_view, "console_savedfilter_"
        return [
            path("save/<slug:page>/", wrap(self.save), name=f"{name}save"),
            path("<int:filter_id>/share/", wrap(self.share), name=f"{name}share"),
            path("<int:filter_id>/delete/", wrap(self.delete), name=f"{name}remove"),
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Stay out of the lists of models."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let the filters of somebody who is deleted go too."""
        return request.user.has_perm("auth.delete_user")

    def save(self, request: HttpRequest, page: str) -> HttpResponse:
        """Save the present filter of a page under a name; a GET only leads to the page."""
        if page not in self._pages_of(request):
            raise PermissionDenied
        if request.method == "POST":
            self.message_user(request, *self._save(request, page))
        return _back(request, page)

    def share(self, request: HttpRequest, filter_id: int) -> HttpResponse:
        """Show a filter to everybody, or to its owner alone again."""
        return self._change(request, filter_id, self._share, is_allowed=request.user.has_perm(SHARE))

    def delete(self, request: HttpRequest, filter_id: int) -> HttpResponse:
        """Delete a filter."""
        return self._change(request, filter_id, self._delete)

    def _save(self, request: HttpRequest, page: str) -> tuple[str, int]:
        form = NameForm(request.POST)
        if not form.is_valid():
            return "Not saved: a filter needs a name of 1 to 60 characters.", messages.ERROR
        name = form.cleaned_data["name"]
        try:
            query = to_query(request.POST.get("query", ""))
        except QueryRefused as refusal:
            return f"Not saved. {refusal}", messages.ERROR
        own = SavedFilter.objects.filter(owner_id=request.user.pk, page=page)
        # Two saves at the same moment may make it one more, which harms nobody.
        if own.count() >= MOST:
            return f"Not saved: you have {MOST} filters here. Delete one first.", messages.ERROR
        with transaction.atomic():
            row, is_new = own.get_or_create(
                owner_id=request.user.pk, page=page, name=name, defaults={"query": query}
            )
            if is_new:
                self.log_addition(request, row, f"Saved for {page}.")
        if not is_new:
            return f"Not saved: you have a filter named “{name}” here. Choose another name.", messages.WARNING
        return f"Saved the filter “{name}”. Only you see it.", messages.SUCCESS

    def _change(
        self,
        request: HttpRequest,
        filter_id: int,
        act: Callable[[HttpRequest, SavedFilter], str],
        *,
        is_allowed: bool = True,
    ) -> HttpResponse:
        pages = self._pages_of(request)
        if not pages or not is_allowed:
            raise PermissionDenied
        row = SavedFilter.objects.seen_by(request.user).filter(pk=filter_id, page__in=pages).first()  # type: ignore[arg-type]
        if row is None:
            # Somebody else's own looks the same as one that is gone.
            self.message_user(request, "That filter is gone already.", messages.WARNING)
            return HttpResponseRedirect(reverse("admin:index"))
        if not may_delete(request.user, row):  # type: ignore[arg-type]
            raise PermissionDenied
        if request.method == "POST":
            with transaction.atomic():
                said = act(request, row)
            self.message_user(request, said, messages.SUCCESS)
        return _back(request, row.page)

    def _share(self, request: HttpRequest, row: SavedFilter) -> str:
        # The form says what is wanted, so that sending it twice changes nothing back.
        row.is_shared = "withdraw" not in request.POST
        row.save(update_fields=["is_shared"])
        said = "Everybody who may open this list sees" if row.is_shared else "Only its owner sees"
        self.log_change(request, row, "Shared." if row.is_shared else "No longer shared.")
        return f"{said} the filter “{row.name}” now."

    def _delete(self, request: HttpRequest, row: SavedFilter) -> str:
        self.log_deletions(request, SavedFilter.objects.filter(pk=row.pk))
        row.delete()
        return f"Deleted the filter “{row.name}”."

    def _pages_of(self, request: HttpRequest) -> set[str]:
        lists = (one for one in self.admin_site._registry.values() if isinstance(one, FilteredList))
        return {page for one in lists if one.has_view_permission(request) for page in one.filtered_pages()}


def _back(request: HttpRequest, page: str) -> HttpResponse:
    query = to_query_or_nothing(request.POST.get("query", ""))
    return HttpResponseRedirect(reverse(f"admin:{page}") + (f"?{query}" if query else ""))
