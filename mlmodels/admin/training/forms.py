"""The forms of the page "Train": start one now, and when they are asked for by the clock."""

from datetime import time

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminTimeWidget,
)

from mlmodels.training.runs import LARGEST_LIMIT
from mlmodels.training.schedule import DAYS, StoredSchedule, TrainingSchedule, to_schedule


class TrainForm(forms.Form):
    """What a training learns from, and why it is asked for."""

    limit = forms.IntegerField(
        label="Newest examples only",
        required=False,
        min_value=1,
        max_value=LARGEST_LIMIT,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"inputmode": "numeric", "placeholder": "all"}),
        help_text="Empty: all labelled transactions and feedback.",
    )
    reason = forms.CharField(required=False, max_length=200, widget=UnfoldAdminTextInputWidget)


class ScheduleForm(forms.Form):
    """When trainings are asked for, and the state that the editor saw."""

    how = forms.ChoiceField(
        label="By the clock",
        choices=[("off", "Never"), ("nightly", "Every day"), ("weekly", "Once a week")],
        widget=forms.RadioSelect,
    )
    at = forms.TimeField(label="At (UTC)", input_formats=["%H:%M", "%H:%M:%S"], widget=UnfoldAdminTimeWidget)
    day = forms.ChoiceField(
        label="On, once a week",
        choices=[(str(number), day) for number, day in enumerate(DAYS)],
        widget=UnfoldAdminSelectWidget,
    )
    reason = forms.CharField(max_length=500, widget=UnfoldAdminTextInputWidget)
    stamp = forms.CharField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, stored: StoredSchedule) -> "ScheduleForm":
        """Return the form filled in with the schedule that stands."""
        schedule = stored.schedule
        return cls(
            initial={
                "how": "" if schedule.how == "custom" else schedule.how,
                "at": schedule.at,
                "day": str(schedule.day),
                "stamp": stored.stamp,
            }
        )

    @property
    def schedule(self) -> TrainingSchedule:
        """Return what was chosen."""
        at: time = self.cleaned_data["at"]
        return to_schedule(self.cleaned_data["how"], at, int(self.cleaned_data["day"]))

    def report_conflict(self, stored: StoredSchedule) -> None:
        """Say that somebody was faster, and let the next save be made on what stands now."""
        self.data = {**self.data, "stamp": stored.stamp}
        self.add_error(
            None,
            "Not saved: somebody else has changed the schedule meanwhile. Trainings by the clock are now: "
            f"{stored.schedule.text}. Save again to change that.",
        )
