"""Two versions side by side: their figures, their categories, and the rows they answer differently."""

import re

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from console.own_page import page_context
from mlmodels.admin.versions.comparison_view import ComparisonView, view_comparison
from mlmodels.admin.versions.lookup import VersionLookup
from mlmodels.models import ModelVersion

PAGE = "admin:mlmodels_modelversion_compare"
SHOWN_VERSIONS = 200
READ_DESCRIPTIONS = "suggestions.export_description"


class VersionComparison(VersionLookup):
    """The page of a comparison; it changes nothing."""

    def get_urls(self) -> list[URLPattern]:
        """Add the comparison."""
        view = self.admin_site.admin_view(self.compare)
        return [path("compare/", view, name="mlmodels_modelversion_compare"), *super().get_urls()]

    def compare(self, request: HttpRequest) -> HttpResponse:
        """Compare the versions `a` and `b`; with `rows` also ask both about the newest transactions."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        versions = list(ModelVersion.objects.only("pk", "status")[:SHOWN_VERSIONS])
        first, second = self._chosen(request)
        found: ComparisonView | None = None
        if first and second and first != second:
            may_read = request.user.has_perm(READ_DESCRIPTIONS)
            found = view_comparison(first, second, with_rows="rows" in request.GET, may_read=may_read)
        title = f"Compare {first} with {second}" if found else "Compare two versions"
        context = {
            **page_context(self, request, title),
            "versions": versions,
            "first": first,
            "second": second,
            "found": found,
            "is_same": first is not None and first == second,
            "is_unknown": any(request.GET.get(name) for name in ("a", "b")) and not (first and second),
            "rows_url": comparison_url(first, second) + "&rows=1#rows" if found else "",
        }
        return TemplateResponse(request, "mlmodels/comparison.html", context)

    def _chosen(self, request: HttpRequest) -> list[ModelVersion | None]:
        numbers = [request.GET.get(name, "") for name in ("a", "b")]
        wanted = [number for number in numbers if re.fullmatch(r"[0-9]{1,18}", number)]
        found = {str(version.pk): version for version in self.get_queryset(request).filter(pk__in=wanted)}
        return [found.get(number) for number in numbers]


def comparison_url(first: ModelVersion | None, second: ModelVersion | None) -> str:
    """Return the address of the comparison of two versions."""
    chosen = {"a": first.pk if first else "", "b": second.pk if second else ""}
    return f"{reverse(PAGE)}?{urlencode(chosen)}"


def url_beside_champion(version: ModelVersion) -> str:
    """Return the address of the comparison of the champion with a version, of it with the one before it."""
    others = ModelVersion.objects.exclude(pk=version.pk).exclude(metrics={}).defer("artifact")
    if version.status == ModelVersion.Status.CHAMPION:
        other = others.filter(promoted_at__isnull=False).order_by("-promoted_at").first() or others.first()
    else:
        other = others.filter(status=ModelVersion.Status.CHAMPION).first() or others.first()
    return comparison_url(other, version) if other else ""
