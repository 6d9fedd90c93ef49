"""Lists of millions of rows: nothing is counted, and no view of one looks through all of them."""

from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.views.main import PAGE_VAR
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.timezone import make_aware
from unfold.paginator import InfinitePaginator
from unfold.views import ChangeList

from console.careful_list import CarefulChangeList
from console.id_bounds import id_since, id_until
from console.model_admin import ConsoleAdmin, ReadOnlyAdmin

LAST_PAGE = 200
WINDOW = 200_000
"""So many rows are looked through for what no index knows; about a tenth of a second."""
_LONGEST_NUMBER = 20
_TOO_FAR = f"Page {LAST_PAGE} is the last one that can be opened; narrow the list by its filters."


class BoundedPaginator(InfinitePaginator):
    """Pages without a count, up to the last one: each page costs all those above it."""

    count = LAST_PAGE * ConsoleAdmin.list_per_page


class LargeChangeList(CarefulChangeList):
    """The rows that pass the filters, with bounds of the id where an index cannot serve them."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Return the rows; the order is that of the primary key."""
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        return rows.filter(self.model_admin.id_bounds(request))

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
        """Return the order of the primary key, whatever the address asks for."""
        return ["-pk"]

    def get_results(self, request: HttpRequest) -> None:
        """Read the rows of the page; how many there are in all is not known, so nothing is said of it."""
        super().get_results(request)
        self.full_result_count = self.result_count


class LargeListAdmin(ReadOnlyAdmin):
    """A list of millions: nothing is counted, and the order is that of the primary key."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_fullwidth = True
    list_filter_submit = True
    sortable_by = ()
    unindexed_filters: tuple[str, ...] = ()
    """Fields whose filters no index serves: with one of them only the newest rows are looked through."""
    look_further = "narrow the list by another filter"
    """What to do to see older rows."""
    time_field = ""
    """A field with an index that rises with the id; a range of it becomes one of ids. Empty: none."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list with its bounds."""
        return LargeChangeList

    def is_windowed(self, request: HttpRequest) -> bool:
        """Tell whether the filters are such that only a window is looked through."""
        return any(name.startswith(self.unindexed_filters) and request.GET[name] for name in request.GET)

    def id_bounds(self, request: HttpRequest) -> Q:
        """Return the range of ids to look at; say so if older rows are left out of it."""
        bounds = self._days(request)
        if not self.is_windowed(request):
            return bounds
        rows = self.model.objects.filter(bounds)
        floor = (rows.aggregate(last=Max("pk"))["last"] or 0) - WINDOW
        if rows.filter(pk__lt=floor).exists():
            looked = f"The newest {WINDOW:,} rows were looked through"
            self.message_user(request, f"{looked}; to see older ones, {self.look_further}.", messages.INFO)
        return bounds & Q(pk__gte=floor)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list; a page beyond the last one leads there and says what to do instead."""
        if _is_too_far(request.GET.get(PAGE_VAR, "")):
            self.message_user(request, _TOO_FAR, messages.WARNING)
            query = request.GET.copy()
            query[PAGE_VAR] = str(LAST_PAGE)
            return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
        response: HttpResponse = super().changelist_view(request, extra_context)
        return response

    def _days(self, request: HttpRequest) -> Q:
        # By whole days: the filter itself sees to the exact moment.
        rows, bounds = self.model.objects.all(), Q()
        if not self.time_field:
            return bounds
        if first := _day(request.GET.get(f"{self.time_field}_from_0", "")):
            bounds &= Q(pk__gte=id_since(rows, self.time_field, _moment(first, time.min)))
        if last := _day(request.GET.get(f"{self.time_field}_to_0", "")):
            bounds &= Q(pk__lte=id_until(rows, self.time_field, _moment(last, time.max)))
        return bounds


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None


def _is_too_far(number: str) -> bool:
    # Thousands of digits are no number to Python.
    return number.isdecimal() and (len(number) > _LONGEST_NUMBER or int(number) > LAST_PAGE)


def _moment(day: date, at: time) -> datetime:
    return make_aware(datetime.combine(day, at))
