"""The disagreements page: filter, heat map, merchants, the newest rows, the right category in place."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from audit.log import LogUnavailable, Origin
from console.filtered_list import FilteredList, view_filters
from console.large_list import LargeListAdmin
from console.own_page import page_context
from suggestions.admin.disagreements.filter import FilterForm
from suggestions.admin.disagreements.view import categories_of, view_clusters, view_heat_map, view_rows
from suggestions.admin.texts.descriptions import may_read
from suggestions.domain.disagreement_map import find_clusters
from suggestions.domain.ids import parse_id
from suggestions.inspection.disagreement_window import LOOKED_AT, read_groups, read_page
from suggestions.inspection.disagreements import find_disagreements, in_blocks, to_csv
from suggestions.labels.staff import LabelRefused, set_label, withdraw_label
from suggestions.models import Client

PAGE: Final = "admin:suggestions_suggestionevent_disagreements"
CLIENTS: Final = 100
"""So many names of clients are offered to choose from."""


class DisagreementPages(FilteredList, LargeListAdmin):
    """The pages about disagreements, beside the list of all suggestions."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page, its file and the way to set a category."""
        wrap, name = self.admin_site.admin_view, "suggestions_suggestionevent_"
        own = [
            path("disagreements/", wrap(self.disagreements), name=f"{name}disagreements"),
            path("disagreements/export/", wrap(self.export), name=f"{name}disagreements_export"),
            path("disagreements/<int:txn_id>/label/", wrap(self.label), name=f"{name}label"),
        ]
        return [*own, *super().get_urls()]

    def filtered_pages(self) -> tuple[str, ...]:
        """Add the page: its filters can be saved as those of the list."""
        return (*super().filtered_pages(), PAGE.removeprefix("admin:"))

    def disagreements(self, request: HttpRequest) -> HttpResponse:
        """Show the disagreements that pass the filter, or what is wrong with the filter."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = FilterForm(request.GET, reads_texts=may_read(request))
        context = {
            **page_context(self, request, "Disagreements"),
            "form": form,
            "looked_at": LOOKED_AT,
            "saved_filters": view_filters(request, PAGE.removeprefix("admin:")),
            "clients": list(Client.objects.values_list("name", flat=True)[:CLIENTS]),
            "all_events": f"{reverse('admin:suggestions_suggestionevent_changelist')}?state__exact=disagree",
        }
        if form.is_valid():
            context |= _found(form, request)
        return TemplateResponse(request, "suggestions/disagreements.html", context)

    def export(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """Stream all that pass the filter as CSV; a filter with an error leads back to the page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = FilterForm(request.GET, reads_texts=may_read(request))
        if not form.is_valid():
            return HttpResponseRedirect(reverse(PAGE) + form.address({}))
        lines = to_csv(find_disagreements(form.wanted), is_redacted=not form.wanted.reads_texts)
        headers = {"Content-Disposition": 'attachment; filename="disagreements.csv"'}
        return StreamingHttpResponse(
            in_blocks(lines), content_type="text/csv; charset=utf-8", headers=headers
        )

    def label(self, request: HttpRequest, txn_id: int) -> HttpResponse:
        """Set the right category of a transaction, or withdraw it; a GET only leads to the page."""
        if not request.user.has_perm("suggestions.label_transaction"):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(reverse(PAGE))
        # Read first: what cannot be read changes nothing.
        back = _back(request.POST.get("back", ""))
        act = self._withdraw if "withdraw" in request.POST else self._set
        self._act(request, lambda: act(request, txn_id))
        return HttpResponseRedirect(back)

    def _set(self, request: HttpRequest, txn_id: int) -> str:
        category = request.POST.get("category", "")
        is_new = set_label(txn_id, category, **_by(request))
        return f"The right category is {category} now." if is_new else f"It was {category} already."

    def _withdraw(self, request: HttpRequest, txn_id: int) -> str:
        withdraw_label(txn_id, **_by(request))
        return "Withdrawn: what was known before counts again."

    def _act(self, request: HttpRequest, act: Callable[[], str]) -> None:
        try:
            self.message_user(request, act(), messages.SUCCESS)
        except LabelRefused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        except LogUnavailable as error:
            self.message_user(request, f"Not done: {error}.", messages.ERROR)


def _found(form: FilterForm, request: HttpRequest) -> dict[str, Any]:
    before = parse_id(request.GET.get("before"))
    looked_at = read_groups(form.wanted)
    page = read_page(form.wanted, before=before)
    rows = view_rows(page.events, request)
    return {
        "found": looked_at,
        "heat": view_heat_map(looked_at.groups, form),
        "clusters": view_clusters(find_clusters(looked_at.groups), form, request),
        "page": page,
        "rows": rows,
        "before": before,
        "categories": categories_of(rows),
        "rule_categories": sorted({group.rule_category for group in looked_at.groups}),
        "model_categories": sorted({group.model_category for group in looked_at.groups}),
        "newest_link": form.address({}),
        "next_link": form.address({"before": page.next_before}) if page.next_before else "",
        "export_link": f"{reverse(f'{PAGE}_export')}{form.address({})}",
        "back": form.address({"before": before} if before else {}),
    }


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user, "origin": Origin.ADMIN, "expected": request.POST.get("known", "")}


def _back(query: str) -> str:
    # Only what the filter knows is taken over: a forged form leads nowhere else.
    given = QueryDict(query.removeprefix("?"))
    before = parse_id(given.get("before"))
    return reverse(PAGE) + FilterForm(given).address({"before": before} if before else {})
