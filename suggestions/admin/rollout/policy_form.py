"""The form of the policy of the ramp: lists as people write them, and every contradiction named."""

from typing import Any

from django import forms
from django.http import QueryDict
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from suggestions.domain.ramp.policy import LowersTo, Policy, contradictions
from suggestions.domain.ramp.policy_text import (
    InvalidList,
    format_hours,
    format_steps,
    parse_hours,
    parse_steps,
)
from suggestions.models import RolloutPolicy


class PolicyForm(forms.Form):
    """The policy, the reason for the change, and the version that the editor saw."""

    steps = forms.CharField(
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="Percentages from 0, with commas between them: 0, 10, 25, 50, 100.",
    )
    dwell_hours = forms.CharField(
        label="Hours on each step",
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="The minimum time on each step before the next one: one whole number for each step.",
    )
    needs_second_person = forms.BooleanField(
        label="A second person approves",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="A raise becomes a proposal, which another admin approves. Nobody approves their own.",
    )
    is_automatic = forms.BooleanField(
        label="The next step is taken by itself",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Once every gate is open. What was lowered is raised again by a person.",
    )
    watches = forms.BooleanField(
        label="The guardrails act",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="They lower or hold the canary by themselves, at any time.",
    )
    lowers_to = forms.ChoiceField(
        label="A guardrail lowers to",
        choices=RolloutPolicy.LowersTo.choices,
        widget=UnfoldAdminSelectWidget,
    )
    accuracy_margin_points = forms.FloatField(
        label="Margin of the accuracy, in points",
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="By so much the model may be less accurate than the rules and not count as worse.",
    )
    accept_margin_points = forms.FloatField(
        label="Margin of the accept rate, in points",
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="The same for what its users accept.",
    )
    min_comparisons = forms.IntegerField(
        label="Comparisons needed",
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="With fewer there is no verdict.",
    )
    proposal_hours = forms.IntegerField(
        label="Hours a proposal stays open",
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="After that its evidence is too old.",
    )
    reason = forms.CharField(max_length=500, widget=UnfoldAdminTextInputWidget)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, policy: Policy, version: int) -> None:
        names = [name for name in self.base_fields if hasattr(policy, name)]
        initial = {name: getattr(policy, name) for name in names} | {
            "steps": format_steps(policy.steps),
            "dwell_hours": format_hours(policy.dwell_hours),
            "version": version,
        }
        super().__init__(data, initial=initial)

    def clean_steps(self) -> tuple[int, ...]:
        """Return hundredths of a percent."""
        try:
            return parse_steps(self.cleaned_data["steps"])
        except InvalidList as error:
            raise forms.ValidationError(str(error)) from None

    def clean_dwell_hours(self) -> tuple[int, ...]:
        """Return hours."""
        try:
            return parse_hours(self.cleaned_data["dwell_hours"])
        except InvalidList as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        """Name every contradiction at once."""
        values = super().clean() or {}
        if not self.errors:
            for problem in contradictions(self.policy()):
                self.add_error(None, problem)
        return values

    def policy(self) -> Policy:
        """Return what was typed as a policy."""
        values = {
            name: value for name, value in self.cleaned_data.items() if name not in {"reason", "version"}
        }
        return Policy(**values | {"lowers_to": LowersTo(values["lowers_to"])})
