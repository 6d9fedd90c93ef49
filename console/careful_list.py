"""Lists that answer what they offer and nothing else, whatever an address asks of them."""

from typing import Any, Final

from django.contrib import messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import prepare_lookup_value
from django.contrib.admin.views.main import ERROR_FLAG
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

_REFUSED: Final = "The list cannot be filtered so; it is shown without any filter."


class CarefulChangeList(ChangeList):
    """The rows that pass the filters of the list; an address that asks anything else is led to the list."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if any("\0" in text for name, given in request.GET.lists() for text in (name, *given)):
            raise IncorrectLookupParameters("No database holds NUL characters.")
        super().__init__(request, *args, **kwargs)

    @property
    def is_narrowed(self) -> bool:
        """Tell whether other rows may be there: something was searched for or filtered by."""
        return bool(self.query or self.get_filters_params())

    @property
    def first_page_url(self) -> str:
        """Return the address of the same rows from the beginning."""
        return str(self.get_query_string())

    def get_filters(self, request: HttpRequest) -> Any:
        """Return the filters and what they leave over, which is for the exact fields alone.

        Raises:
            IncorrectLookupParameters: The address filters by anything else; it would tell what no page shows.
        """
        try:
            filters, has_filters, left_over, *rest = super().get_filters(request)
        except DisallowedModelAdminLookup as refusal:
            raise IncorrectLookupParameters(refusal) from refusal
        if not left_over.keys() <= set(self.model_admin.exact_lookups):
            raise IncorrectLookupParameters("The list has no such filter.")
        shown = {name for one in filters for name in one.expected_parameters()}
        unseen = self.get_filters_params().keys() - left_over.keys() - shown
        # A filter with one choice is not shown, and the framework would forget what it was given.
        left_over |= {name: prepare_lookup_value(name, self.filter_params[name]) for name in unseen}
        return filters, has_filters, left_over, *rest

    def get_results(self, request: HttpRequest) -> None:
        """Read the rows of the page.

        Raises:
            IncorrectLookupParameters: The database cannot compare with the values of the address.
        """
        try:
            self._read_page(request)
            len(self.result_list)
        except DataError as error:
            raise IncorrectLookupParameters(error) from error

    def _read_page(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
        except IncorrectLookupParameters:
            # The rows that made the page are gone: the last one there is stands in for it.
            rows, size = self.queryset, self.list_per_page
            self.page_num = self.model_admin.get_paginator(request, rows, size).num_pages
            super().get_results(request)


class CarefulList(ModelAdmin):
    """What every list of the console does with an address that asks for too much."""

    exact_lookups: tuple[str, ...] = ()
    """Lookups that links of the console need, beside those of the list's own filters."""
    nothing_yet = ""
    """What an empty list says: where its rows come from."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list."""
        return CarefulChangeList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list; say so where its address was refused."""
        response: HttpResponse = super().changelist_view(request, extra_context)
        if response.headers.get("Location") == f"{request.path}?{ERROR_FLAG}=1":
            self.message_user(request, _REFUSED, messages.WARNING)
        return response
