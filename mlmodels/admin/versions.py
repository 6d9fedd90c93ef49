"""Model versions in the admin: how good they are, promote, roll back."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from unfold.decorators import display

from console.confirmation import Question, ask
from console.model_admin import ReadOnlyAdmin
from mlmodels import services
from mlmodels.admin import version_page
from mlmodels.models import ModelVersion

Status = ModelVersion.Status

LIST = "admin:mlmodels_modelversion_changelist"


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    """The registry: read only but for who is champion."""

    list_display = ("name", "shown_status", "accuracy", "f1_macro", "train_size", "trained_at", "shown_gate")
    list_display_links = ("name",)
    list_filter = ("status",)
    sortable_by = ()
    list_before_template = "mlmodels/versions_before.html"
    change_form_outer_before_template = "mlmodels/version_before.html"
    change_form_outer_after_template = "mlmodels/version_after.html"
    fields = (
        ("trained_at", "shown_run"),
        ("validated_at", "promoted_at"),
        ("feature_version", "size_bytes"),
        "features",
        "classes",
        "sha256",
        "data_fingerprint",
    )
    readonly_fields = ("shown_run", "features", "classes")

    def get_urls(self) -> list[URLPattern]:
        """Add the two changes of champion."""
        wrap = self.admin_site.admin_view
        own = [
            path("roll-back/", wrap(self.roll_back), name="mlmodels_modelversion_roll_back"),
            path("<int:version_id>/promote/", wrap(self.promote), name="mlmodels_modelversion_promote"),
        ]
        return own + list(super().get_urls())

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelVersion]:
        """Leave the artifacts where they are: megabytes each."""
        return ModelVersion.objects.defer("artifact").select_related("training_run")

    @display(description="Version")
    def name(self, version: ModelVersion) -> str:
        """Name the version as the API does."""
        return str(version)

    @display(
        description="Status",
        ordering="status",
        label={
            Status.CHAMPION: "success",
            Status.CANDIDATE: "info",
            Status.CHALLENGER: "warning",
            Status.REJECTED: "danger",
        },
    )
    def shown_status(self, version: ModelVersion) -> str:
        """Show the status as a label."""
        return version.status

    @display(description="Accuracy")
    def accuracy(self, version: ModelVersion) -> str:
        """Show the accuracy on the newest examples."""
        return version_page.to_percent(version.metrics.get("val_accuracy"))

    @display(description="Macro F1")
    def f1_macro(self, version: ModelVersion) -> str:
        """Show the mean F1 over the categories."""
        return version_page.to_decimal(version.metrics.get("val_f1_macro"))

    @display(description="Learned from")
    def train_size(self, version: ModelVersion) -> str:
        """Show how many examples it learned from."""
        return version_page.to_count(version.metrics.get("train_size"))

    @display(description="Gate", label={"passed": "success", "failed": "danger"})
    def shown_gate(self, version: ModelVersion) -> str:
        """Show the gate's verdict."""
        return "passed" if version.gate.get("passed") else "failed"

    @display(description="Training run")
    def shown_run(self, version: ModelVersion) -> str:
        """Name the run that made the version."""
        return str(version.training_run) if version.training_run else "unknown"

    @display(description="Features")
    def features(self, version: ModelVersion) -> str:
        """Count and name the features."""
        return f"{len(version.feature_names)}: {', '.join(version.feature_names)}"

    @display(description="Categories")
    def classes(self, version: ModelVersion) -> str:
        """Count the categories the version knows."""
        return f"{len(version.labels)}: {', '.join(version.labels)}"

    def has_promote_permission(self, request: HttpRequest) -> bool:
        """Tell whether the caller may change the champion."""
        return request.user.has_perm("mlmodels.promote_modelversion")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer the way back to the previous champion above the list, once there is one."""
        may_roll_back = self.has_promote_permission(request) and self._previous_champions().exists()
        dialog = _rollback_question().dialog("roll-back-model") if may_roll_back else None
        response: HttpResponse = super().changelist_view(request, (extra_context or {}) | {"dialog": dialog})
        return response

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what the version was measured with, and offer its promotion."""
        version = self.get_object(request, object_id)
        if version is not None:
            is_offered = version.status in (Status.CANDIDATE, Status.CHALLENGER, Status.ARCHIVED)
            may_promote = is_offered and self.has_promote_permission(request)
            extra_context = (extra_context or {}) | {
                "title": f"Model {version}",
                "page": version_page.VersionPage(version),
                "dialog": _promotion_question(version).dialog("promote") if may_promote else None,
            }
        response: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return response

    def promote(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Ask for a reason, then make the version champion."""
        version = self.get_object(request, str(version_id))
        if not self.has_promote_permission(request):
            raise PermissionDenied
        if version is None:
            raise Http404
        return ask(
            self,
            request,
            _promotion_question(version),
            lambda reason: self._crown(
                request, lambda: services.promote(version_id, by=_user(request), reason=reason)
            ),
        )

    def roll_back(self, request: HttpRequest) -> HttpResponse:
        """Ask for a reason, then make the previous champion champion again."""
        if not self.has_promote_permission(request):
            raise PermissionDenied
        return ask(
            self,
            request,
            _rollback_question(),
            lambda reason: self._crown(request, lambda: services.roll_back(by=_user(request), reason=reason)),
        )

    def _previous_champions(self) -> QuerySet[ModelVersion]:
        return ModelVersion.objects.filter(status=Status.ARCHIVED, promoted_at__isnull=False)

    def _crown(self, request: HttpRequest, change: Callable[[], ModelVersion]) -> HttpResponse:
        try:
            version = change()
        except services.PromotionRefused as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
        else:
            self.message_user(request, f"{version} is champion.", messages.SUCCESS)
        return HttpResponseRedirect(reverse(LIST))


def _user(request: HttpRequest) -> Any:
    return request.user


def _promotion_question(version: ModelVersion) -> Question:
    return Question(
        title=f"Promote {version}?",
        text="It becomes champion: the model that answers in the shadow and serves the users in the canary, "
        "from the next request on. The champion of today is archived and stays one click away.",
        button=f"Promote {version}",
        url=reverse("admin:mlmodels_modelversion_promote", args=[version.pk]),
        back=reverse("admin:mlmodels_modelversion_change", args=[version.pk]),
        suggested_reason="",
    )


def _rollback_question() -> Question:
    return Question(
        title="Roll back to the previous version?",
        text="The previous champion becomes champion again, from the next request on. Doing it twice undoes "
        "it. To take users off the model altogether, roll back to rules on the rollout page instead.",
        button="Roll back to the previous version",
        url=reverse("admin:mlmodels_modelversion_roll_back"),
        back=reverse(LIST),
        suggested_reason="The champion does worse than the version before it.",
        is_danger=True,
    )
