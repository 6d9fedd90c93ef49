"""Lists of millions of rows: nothing is counted, and no view of one looks through all of them."""

from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.views.main import PAGE_VAR
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.timezone import make_aware
from unfold.paginator import InfinitePaginator
from unfold.views import ChangeList

from console.careful_list import CarefulChangeList
from console.model_admin import ConsoleAdmin, ReadOnlyAdmin

LAST_PAGE = 200
WINDOW = 200_000
"""So many rows are looked through for what no index knows; about a tenth of a second."""
ID_SLACK = 5_000
"""So many ids may stand out of the order of time: a row may be committed after a later one."""
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
        low, high = self.model_admin.id_bounds(request)
        rows = rows.filter(pk__gte=low) if low is not None else rows
        return rows.filter(pk__lte=high) if high is not None else rows

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

    def id_bounds(self, request: HttpRequest) -> tuple[int | None, int | None]:
        """Return the smallest and the largest id to look at, or None; say so if that leaves rows out."""
        low = self._id_beside(request, "from") if self.time_field else None
        high = self._id_beside(request, "to") if self.time_field else None
        if not self.is_windowed(request):
            return low, high
        newest = high if high is not None else self.model.objects.aggregate(last=Max("pk"))["last"] or 0
        window = newest - WINDOW
        if self.model.objects.filter(pk__gte=low or 0, pk__lt=window).exists():
            looked = f"The newest {WINDOW:,} rows were looked through"
            self.message_user(request, f"{looked}; to see older ones, {self.look_further}.", messages.INFO)
        return max(low or 0, window), high

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

    def _id_beside(self, request: HttpRequest, end: str) -> int | None:
        # By whole days: the filter itself sees to the exact moment.
        with suppress(ValueError):
            day = date.fromisoformat(request.GET.get(f"{self.time_field}_{end}_0", ""))
            rows = self.model.objects.order_by(self.time_field if end == "from" else f"-{self.time_field}")
            if end == "from":
                first = rows.filter(**{f"{self.time_field}__gte": _moment(day, time.min)})
                return (first.values_list("pk", flat=True).first() or 2**63 - 1) - ID_SLACK
            last = rows.filter(**{f"{self.time_field}__lte": _moment(day, time.max)})
            return (last.values_list("pk", flat=True).first() or 0) + ID_SLACK
        return None


def _is_too_far(number: str) -> bool:
    # Thousands of digits are no number to Python.
    return number.isdecimal() and (len(number) > _LONGEST_NUMBER or int(number) > LAST_PAGE)


def _moment(day: date, at: time) -> datetime:
    return make_aware(datetime.combine(day, at))
