"""Find the version that a page of its own is about."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from console.model_admin import ReadOnlyAdmin
from mlmodels.models import ModelVersion


class VersionLookup(ReadOnlyAdmin):
    """Versions without their bytes, for those who may see what they ask for."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelVersion]:
        """Leave the artifacts where they are: megabytes each."""
        return ModelVersion.objects.defer("artifact").select_related("training_run")

    def _version(self, request: HttpRequest, version_id: int, *, is_allowed: bool) -> ModelVersion:
        version: ModelVersion | None = self.get_object(request, str(version_id))
        if not is_allowed:
            raise PermissionDenied
        if version is None:
            raise Http404
        return version
