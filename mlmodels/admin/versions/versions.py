"""Model versions in the admin: how good they are, and what may be done with them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display

from mlmodels import services
from mlmodels.admin.versions import page, questions
from mlmodels.admin.versions.actions import VersionActions
from mlmodels.admin.versions.card import VersionCard
from mlmodels.admin.versions.comparison import VersionComparison, comparison_url, url_beside_champion
from mlmodels.admin.versions.trend import view_trend
from mlmodels.domain import figures
from mlmodels.models import DriftReading, ModelVersion
from mlmodels.versions.promotable import is_put_aside, previous_champions

Status = ModelVersion.Status


@admin.register(ModelVersion)
class ModelVersionAdmin(VersionCard, VersionComparison, VersionActions):
    """The registry: read only but for who is champion."""

    nothing_yet = "Each training that succeeds makes a version."
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
        return figures.to_percent(version.metrics.get("val_accuracy"))

    @display(description="Macro F1")
    def f1_macro(self, version: ModelVersion) -> str:
        """Show the mean F1 over the categories."""
        return figures.to_decimal(version.metrics.get("val_f1_macro"))

    @display(description="Learned from")
    def train_size(self, version: ModelVersion) -> str:
        """Show how many examples it learned from."""
        return figures.to_count(version.metrics.get("train_size"))

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

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the champion's drift above the list, and offer the way back to the previous champion."""
        may_roll_back = self.has_promote_permission(request) and previous_champions().exists()
        dialog = questions.rollback().dialog("roll-back-model") if may_roll_back else None
        extra_context = (extra_context or {}) | {
            "dialog": dialog,
            "compare_url": comparison_url(None, None),
            "trend": view_trend(),
            "drift": DriftReading.objects.filter(version__status=Status.CHAMPION),
        }
        response: HttpResponse = super().changelist_view(request, extra_context)
        return response

    def page_context(self, request: HttpRequest, row: ModelVersion) -> dict[str, Any]:
        """Show what the version was measured with, and offer what may be done with it."""
        may_change = self.has_promote_permission(request)
        is_offered = row.status in (Status.CANDIDATE, Status.CHALLENGER, Status.ARCHIVED)
        may_promote = may_change and is_offered and row.size_bytes > 0
        may_archive = may_change and row.status == Status.CANDIDATE
        is_overridable = services.is_refused_by_gate(row) and row.size_bytes > 0
        may_override = is_overridable and self.has_override_permission(request)
        return {
            "title": f"Model {row}",
            "page": page.VersionPage(row),
            "compare_url": url_beside_champion(row),
            "dialog": questions.promotion(row).dialog("promote") if may_promote else None,
            "may_challenge": may_promote and row.status != Status.CHALLENGER and not is_put_aside(row),
            "may_end_challenge": may_promote and row.status == Status.CHALLENGER,
            "archiving": questions.archiving(row).dialog("archive") if may_archive else None,
            "override": questions.override(row).dialog("override") if may_override else None,
        }
