"""Training runs in the admin: how far they are, what happened in them, why they failed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from console.filtered_list import FilteredList
from mlmodels import services
from mlmodels.admin.training.page import TrainingPage, open_run
from mlmodels.models import ModelVersion, TrainingRun
from mlmodels.training import run_log, runs

Status = TrainingRun.Status


@admin.register(TrainingRun)
class TrainingRunAdmin(FilteredList, TrainingPage):
    """The runs, newest first."""

    nothing_yet = "A training is started above, by the schedule or by manage.py models train."
    list_display = (
        "name",
        "shown_status",
        "shown_progress",
        "kind",
        "requested_by",
        "created_at",
        "finished_at",
    )
    list_display_links = ("name",)
    list_filter = ("status", "kind")
    list_select_related = ("requested_by",)
    sortable_by = ()
    list_before_template = "mlmodels/runs_before.html"
    change_form_template = "mlmodels/run.html"
    fields = (
        ("status", "shown_progress"),
        ("kind", "reason"),
        "shown_versions",
        ("failure_code", "failure_detail"),
        ("shown_requester", "limit"),
        ("created_at", "shown_attempt"),
        ("started_at", "finished_at"),
        ("slot", "idempotency_key"),
    )
    readonly_fields = ("shown_progress", "shown_versions", "shown_requester", "shown_attempt")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrainingRun]:
        """Read the runs with who asked for them."""
        return TrainingRun.objects.select_related("requested_by")

    @display(description="Run")
    def name(self, run: TrainingRun) -> str:
        """Name the run."""
        return str(run)

    @display(
        description="Status",
        label={
            Status.QUEUED.label: "info",
            Status.RUNNING.label: "warning",
            Status.SUCCEEDED.label: "success",
            Status.REJECTED.label: "danger",
            Status.FAILED.label: "danger",
        },
    )
    def shown_status(self, run: TrainingRun) -> str:
        """Show the status as a label."""
        return str(Status(run.status).label)

    @display(description="Progress")
    def shown_progress(self, run: TrainingRun) -> str:
        """Show how far the run is, and at what."""
        if run.status == Status.QUEUED:
            return "waits for a worker"
        return f"{run.progress} %, {run.stage}" if run.stage else f"{run.progress} %"

    @display(description="Made")
    def shown_versions(self, run: TrainingRun) -> str | SafeString:
        """Link the version that came of it."""
        version = ModelVersion.objects.filter(training_run=run).defer("artifact").first()
        if version is None:
            return "no version"
        url = reverse("admin:mlmodels_modelversion_change", args=[version.pk])
        return format_html('<a class="lm-link" href="{}">{} ({})</a>', url, version, version.status)

    @display(description="Requested by")
    def shown_requester(self, run: TrainingRun) -> str:
        """Name who asked for it; a link would lead most readers to a page they may not open."""
        return str(run.requested_by or "–")

    @display(description="Attempt")
    def shown_attempt(self, run: TrainingRun) -> str:
        """Show which of the attempts it is; those that a worker gave back do not count."""
        return f"{run.tries} of {runs.MAX_ATTEMPTS}"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer a training beside the list, or show the one under way."""
        extra_context = (extra_context or {}) | open_run()
        extra_context["may_train"] = self.has_train_permission(request)
        response: HttpResponse = super().changelist_view(request, extra_context)
        return response

    def page_context(self, request: HttpRequest, row: TrainingRun) -> dict[str, Any]:
        """Show the run, anew every few seconds as long as it is not over."""
        return {
            "run": row,
            "lines": run_log.lines_after(row.pk),
            "is_open": row.is_open,
            "is_silent": services.is_silent(row),
            "may_train": self.has_train_permission(request),
            "title": str(row).capitalize(),
        }
