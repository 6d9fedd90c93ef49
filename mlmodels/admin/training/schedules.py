"""The schedule of the trainings, in the theme and without the kinds of schedule nobody needs here."""

from contextlib import suppress

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django_celery_beat import admin as beat
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from console.careful_editing import CarefulEditing


class TaskSelect(UnfoldAdminSelectWidget, beat.TaskSelectWidget):
    """The list of tasks, in the theme."""


class PeriodicTaskForm(beat.PeriodicTaskForm):
    """The form of a schedule, in the theme."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if "regtask" in self.fields:
            self.fields["regtask"].widget = TaskSelect()
        if "task" in self.fields:
            self.fields["task"].widget = UnfoldAdminTextInputWidget()


class PeriodicTaskAdmin(CarefulEditing, beat.PeriodicTaskAdmin, ModelAdmin):
    """What runs when."""

    form = PeriodicTaskForm
    change_form_template = None
    date_hierarchy = None
    actions = ("enable_tasks", "disable_tasks")
    list_display = ("name", "enabled", "interval", "crontab", "last_run_at")
    list_filter = ("enabled",)
    fieldsets = (
        (None, {"fields": ("name", "regtask", "task", "enabled", "description")}),
        ("Schedule: choose one of the two", {"fields": ("interval", "crontab", "last_run_at")}),
        ("Arguments", {"fields": ("args", "kwargs", "expire_seconds"), "classes": ("collapse",)}),
    )
    readonly_fields = ("last_run_at",)

    @admin.action(description="Enable selected tasks", permissions=["change"])
    def enable_tasks(self, request: HttpRequest, queryset: QuerySet[PeriodicTask]) -> None:
        """Enable them; whoever only sees the schedule is not offered this."""
        super().enable_tasks(request, queryset)

    @admin.action(description="Disable selected tasks", permissions=["change"])
    def disable_tasks(self, request: HttpRequest, queryset: QuerySet[PeriodicTask]) -> None:
        """Disable them; likewise."""
        super().disable_tasks(request, queryset)


class TasksOfSchedule(beat.PeriodicTaskInline, TabularInline):
    """The tasks that follow a schedule."""


class CrontabScheduleAdmin(CarefulEditing, beat.CrontabScheduleAdmin, ModelAdmin):
    """Times of day and days."""

    inlines = (TasksOfSchedule,)


class IntervalScheduleAdmin(CarefulEditing, beat.IntervalScheduleAdmin, ModelAdmin):
    """Intervals."""

    inlines = (TasksOfSchedule,)


def _replace(model: type[Model], model_admin: type[ModelAdmin] | None) -> None:
    with suppress(NotRegistered):
        admin.site.unregister(model)
    if model_admin is not None:
        admin.site.register(model, model_admin)


_replace(PeriodicTask, PeriodicTaskAdmin)
_replace(CrontabSchedule, CrontabScheduleAdmin)
_replace(IntervalSchedule, IntervalScheduleAdmin)
_replace(ClockedSchedule, None)
_replace(SolarSchedule, None)
