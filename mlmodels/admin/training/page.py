"""The page "Train": start a training now, and say when they are asked for by the clock."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from audit.models import AuditEntry
from console.model_admin import ReadOnlyAdmin
from console.own_page import page_context
from mlmodels import conf, services, tasks
from mlmodels.admin.training.forms import ScheduleForm, TrainForm
from mlmodels.models import TrainingRun
from mlmodels.training.schedule import (
    ScheduleConflict,
    ScheduleNotLogged,
    read_schedule,
    write_schedule,
)

PAGE = "admin:mlmodels_trainingrun_train"


class TrainingPage(ReadOnlyAdmin):
    """Start a training, and edit the schedule; whoever may see the runs reads both."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page and the saving of the schedule."""
        wrap = self.admin_site.admin_view
        return [
            path("train/", wrap(self.train), name="mlmodels_trainingrun_train"),
            path("schedule/", wrap(self.schedule), name="mlmodels_trainingrun_schedule"),
            *super().get_urls(),
        ]

    def has_train_permission(self, request: HttpRequest) -> bool:
        """Tell whether the caller may start a training."""
        return request.user.has_perm("mlmodels.train_modelversion")

    def has_schedule_permission(self, request: HttpRequest) -> bool:
        """Tell whether the caller may say when trainings are asked for."""
        return request.user.has_perm("django_celery_beat.change_periodictask")

    def train(self, request: HttpRequest) -> HttpResponse:
        """Show the page; on a POST queue a training and wake a worker."""
        is_allowed = self.has_train_permission if request.method == "POST" else self.has_view_permission
        if not is_allowed(request):
            raise PermissionDenied
        form = TrainForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            return self._start(request, form)
        return self._render(request, form)

    def schedule(self, request: HttpRequest) -> HttpResponse:
        """Save when trainings are asked for; a GET leads to the page."""
        if not self.has_schedule_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(reverse(PAGE))
        form = ScheduleForm(request.POST)
        if form.is_valid() and self._save(request, form):
            return HttpResponseRedirect(reverse(PAGE))
        return self._render(request, TrainForm(), form)

    def _start(self, request: HttpRequest, form: TrainForm) -> HttpResponse:
        user: Any = request.user
        try:
            run = services.request_run(
                services.RunRequest(
                    requested_by=user, limit=form.cleaned_data["limit"], reason=form.cleaned_data["reason"]
                )
            )
        except services.TrainingInProgress as error:
            tasks.publish_waiting(error.run_id)
            self.message_user(
                request, f"Run {error.run_id} is not over yet; this is how far it is.", messages.WARNING
            )
            return _to_run(error.run_id)
        tasks.publish(run.pk)
        self.message_user(request, f"Training has been queued as run {run.pk}.", messages.SUCCESS)
        return _to_run(run.pk)

    def _save(self, request: HttpRequest, form: ScheduleForm) -> bool:
        user: Any = request.user
        try:
            write_schedule(
                form.schedule,
                by=user,
                reason=form.cleaned_data["reason"],
                stamp=form.cleaned_data["stamp"],
                origin=AuditEntry.Origin.ADMIN,
            )
        except ScheduleConflict:
            form.report_conflict(read_schedule())
            return False
        except ScheduleNotLogged as error:
            form.add_error(None, f"Not saved: {error}.")
            return False
        self.message_user(request, f"Trainings by the clock: {form.schedule.text}.", messages.SUCCESS)
        return True

    def _render(
        self, request: HttpRequest, form: TrainForm, schedule_form: ScheduleForm | None = None
    ) -> HttpResponse:
        stored = read_schedule()
        context = {
            **page_context(self, request, "Train"),
            "form": form,
            "stored": stored,
            "schedule_form": schedule_form or ScheduleForm.of(stored),
            "may_train": self.has_train_permission(request),
            "may_schedule": self.has_schedule_permission(request),
            **open_run(),
            "after_labels": conf.train_after_labels(),
            "is_trained_on_drift": conf.is_trained_on_drift(),
        }
        return TemplateResponse(request, "mlmodels/train.html", context)


def open_run() -> dict[str, Any]:
    """Return the run that is not over, and whether its worker has gone silent, for a template."""
    run = TrainingRun.objects.filter(status__in=TrainingRun.OPEN_STATUSES).first()
    return {"open_run": run, "is_silent": run is not None and services.is_silent(run)}


def _to_run(run_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:mlmodels_trainingrun_change", args=[run_id]))
