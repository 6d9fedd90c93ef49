"""All routes of the service."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from suggestions.api.operations import reads_only

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("", include("suggestions.urls")),
    path("api/schema", reads_only(SpectacularAPIView.as_view()), name="schema"),
    path("api/docs", reads_only(SpectacularSwaggerView.as_view(url_name="schema")), name="docs"),
    path("admin/", admin.site.urls),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
]

handler400 = "suggestions.api.problems.bad_request"
handler403 = "suggestions.api.problems.permission_denied"
handler404 = "suggestions.api.problems.page_not_found"
handler500 = "suggestions.api.problems.server_error"
