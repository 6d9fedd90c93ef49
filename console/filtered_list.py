"""Lists whose readers save the present filter under a name and see what was saved above the list."""

from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.admin import ModelAdmin

from console.filter_query import to_query_or_nothing
from console.models import SavedFilter

SHOWN: Final = 100
"""So many links stand above a list at most."""
SHARE: Final = "console.share_savedfilter"


@dataclass(frozen=True, slots=True)
class FilterLink:
    """One saved filter above its list, and what its reader may do with it."""

    pk: int
    name: str
    url: str
    is_current: bool
    is_shared: bool
    shared_by: str
    may_delete: bool


@dataclass(frozen=True, slots=True)
class FilterBar:
    """What stands above a list: the saved filters, and the present one; an empty query is no filter."""

    page: str
    query: str
    links: list[FilterLink]
    may_share: bool

    @property
    def managed(self) -> list[FilterLink]:
        """Return those that the reader may delete."""
        return [link for link in self.links if link.may_delete]


class FilteredList(ModelAdmin):
    """A list with its saved filters; a page that has its own `list_before_template` includes them there."""

    list_before_template = "console/saved_filters.html"

    def filtered_pages(self) -> tuple[str, ...]:
        """Return the names of the routes whose filters can be saved."""
        return (f"{self.opts.app_label}_{self.opts.model_name}_changelist",)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the saved filters above the list."""
        bar = {"saved_filters": view_filters(request, self.filtered_pages()[0])}
        response: HttpResponse = super().changelist_view(request, (extra_context or {}) | bar)
        return response


def view_filters(request: HttpRequest, page: str) -> FilterBar:
    """Read, by one query, what stands above the page for this reader."""
    reader = request.user
    if not isinstance(reader, User) or not reader.is_staff:
        return FilterBar(page, "", [], may_share=False)
    query = to_query_or_nothing(request.GET.urlencode())
    may_share = reader.has_perm(SHARE)
    seen = SavedFilter.objects.seen_by(reader).filter(page=page)
    address = reverse(f"admin:{page}")
    links = [
        FilterLink(
            pk=row.pk,
            name=row.name,
            url=f"{address}?{row.query}",
            is_current=row.query == query,
            is_shared=row.is_shared,
            shared_by="" if row.owner_id == reader.pk else row.owner.get_username(),
            may_delete=may_delete(reader, row),
        )
        for row in seen.select_related("owner").order_by("name", "pk")[:SHOWN]
    ]
    return FilterBar(page, query, links, may_share=may_share)


def may_delete(reader: User, row: SavedFilter) -> bool:
    """Tell whether the reader may delete it: its owner may, and of shared ones whoever may share."""
    return row.owner_id == reader.pk or (row.is_shared and reader.has_perm(SHARE))
