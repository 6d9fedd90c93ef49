"""The model card of a version: a page, and the same as a Markdown file."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from console.own_page import page_context
from mlmodels.admin.versions.calibration_plot import CalibrationPlot
from mlmodels.admin.versions.lookup import VersionLookup
from mlmodels.domain.card import to_markdown
from mlmodels.versions import cards


class VersionCard(VersionLookup):
    """What is known of a version, for those who may see it."""

    def get_urls(self) -> list[URLPattern]:
        """Add the card and its download."""
        view = self.admin_site.admin_view
        return [
            path("<int:version_id>/card/", view(self.card), name="mlmodels_modelversion_card"),
            path(
                "<int:version_id>/card.md",
                view(self.download_card),
                name="mlmodels_modelversion_card_download",
            ),
            *super().get_urls(),
        ]

    def card(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Show the card."""
        version = self._version(request, version_id, is_allowed=self.has_view_permission(request))
        card = cards.card_of(version)
        context = {
            **page_context(self, request, card.title),
            "card": card,
            "sections": [(section, CalibrationPlot(section.points)) for section in card.sections],
            "version": version,
            "version_url": reverse("admin:mlmodels_modelversion_change", args=[version.pk]),
            "download_url": reverse("admin:mlmodels_modelversion_card_download", args=[version.pk]),
        }
        return TemplateResponse(request, "mlmodels/card.html", context)

    def download_card(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Send the card as a Markdown file."""
        version = self._version(request, version_id, is_allowed=self.has_view_permission(request))
        return HttpResponse(
            to_markdown(cards.card_of(version)),
            content_type="text/markdown; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="model-card-{version}.md"'},
        )
