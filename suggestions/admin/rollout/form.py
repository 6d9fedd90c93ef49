"""The form that changes the canary, checked against the state it is saved on."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from suggestions.domain.percentage import MAX_BLIND, in_percent
from suggestions.rollout import RolloutState


class RaisePastGates(forms.BooleanField):
    """Whether a raise goes past the gates."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            label="Raise past the gates",
            help_text="Not past a hold, nor past a second person where the policy asks for one. The log says "
            "so, and the reason has at least 10 characters.",
            widget=UnfoldBooleanWidget,
        )


class RolloutForm(forms.Form):
    """The two shares, the reason for the change, and the version of the rollout that the editor saw."""

    percentage = forms.DecimalField(
        label="Percentage of users served by the model",
        min_value=0,
        max_value=100,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )
    blind = forms.DecimalField(
        label="Percentage of transactions without a suggestion",
        required=False,  # only an admin has the field; who has not leaves the share as it is
        min_value=0,
        max_value=MAX_BLIND // 100,
        decimal_places=2,
    )
    reason = forms.CharField(
        max_length=500,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "What the next person reads in the log"}),
    )
    version = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value"),
            "Not saved: the form does not say which state it was filled in on. Open the page again.",
        ),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        state: RolloutState,
        may_raise: bool,
        may_override: bool = False,
    ) -> None:
        initial = {
            "percentage": f"{state.percentage / 100:g}",
            "blind": f"{state.blind_share / 100:g}",
            "version": state.version,
        }
        super().__init__(data, initial=initial)
        if may_override:
            self.fields["override"] = RaisePastGates()
        self._state = state
        self._may_raise = may_raise

    def clean_percentage(self) -> int:
        """Return hundredths of a percent; refuse a raise to those who may only lower."""
        percent: Decimal = self.cleaned_data["percentage"]
        hundredths = int(percent * 100)
        if hundredths > self._state.percentage and not self._may_raise:
            raise forms.ValidationError(
                f"You may lower the canary, and only an admin may raise it: choose at most "
                f"{in_percent(self._state.percentage)}."
            )
        return hundredths

    def clean_blind(self) -> int | None:
        """Return hundredths of a percent, None where the share stays; refuse a change to all but admins."""
        percent: Decimal | None = self.cleaned_data["blind"]
        if percent is None or int(percent * 100) == self._state.blind_share:
            return None
        if not self._may_raise:
            raise forms.ValidationError("Only an admin may change the blind slice.")
        return int(percent * 100)

    def clean(self) -> dict[str, Any]:
        """Refuse a change that changes nothing, unless it was made on an older state: that is a conflict."""
        values = super().clean() or {}
        is_current = values.get("version") == self._state.version
        is_moved = values.get("percentage", self._state.percentage) != self._state.percentage
        if is_current and is_moved and values.get("blind") is not None:
            self.add_error(None, "Change one at a time: the percentage, or the blind slice.")
        is_blind_kept = values.get("blind", ...) is None  # missing: it was refused, and that is said already
        if is_current and is_blind_kept and values.get("percentage") == self._state.percentage:
            self.add_error("percentage", f"The canary is at {in_percent(self._state.percentage)} already.")
        return values

    @property
    def is_percentage_kept(self) -> bool:
        """Tell whether only the blind slice is to change."""
        is_other = self.cleaned_data["percentage"] != self._state.percentage
        return not is_other and self.cleaned_data["blind"] is not None

    @property
    def is_override(self) -> bool:
        """Tell whether the raise is to go past the gates."""
        return bool(self.cleaned_data.get("override"))

    @property
    def expected_version(self) -> int:
        """Return the version to save on: what the editor saw, and never one newer than what was checked."""
        return min(int(self.cleaned_data["version"]), self._state.version)

    def report_blockers(self, blockers: list[str], advice: str) -> None:
        """Say everything that stands before the raise, and what to do."""
        for blocker in blockers:
            self.add_error(None, f"Not saved: {blocker}.")
        self.add_error(None, advice)

    def report_conflict(self, conflict: str, state: RolloutState) -> None:
        """Say what happened, and let the next save be made on the new state."""
        self.data = {**self.data, "version": str(state.version)}
        self.add_error(None, f"Not saved: {conflict}.")
