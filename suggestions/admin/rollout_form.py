"""The form that changes the canary, checked against the state it is saved on."""

from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import QueryDict
from unfold.widgets import UnfoldAdminTextInputWidget

from suggestions.domain.percentage import MAX_BLIND
from suggestions.rollout import RolloutState

PRESETS: Final = (0, 10, 25, 50, 100)


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
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, state: RolloutState, may_raise: bool) -> None:
        initial = {
            "percentage": f"{state.percentage / 100:g}",
            "blind": f"{state.blind_share / 100:g}",
            "version": state.version,
        }
        super().__init__(data, initial=initial)
        self._state = state
        self._may_raise = may_raise

    def clean_percentage(self) -> int:
        """Return hundredths of a percent; refuse a raise to those who may only lower."""
        percent: Decimal = self.cleaned_data["percentage"]
        hundredths = int(percent * 100)
        if hundredths > self._state.percentage and not self._may_raise:
            raise forms.ValidationError(
                f"You may lower the canary, and only an admin may raise it: choose at most "
                f"{self._state.percentage / 100:g} %."
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
        is_blind_kept = values.get("blind", ...) is None  # missing: it was refused, and that is said already
        if is_current and is_blind_kept and values.get("percentage") == self._state.percentage:
            self.add_error("percentage", f"The canary is at {self._state.percentage / 100:g} % already.")
        return values

    @property
    def expected_version(self) -> int:
        """Return the version to save on: what the editor saw, and never one newer than what was checked."""
        return min(int(self.cleaned_data["version"]), self._state.version)

    def report_conflict(self, conflict: str, state: RolloutState) -> None:
        """Say what happened, and let the next save be made on the new state."""
        self.data = {**self.data, "version": str(state.version)}
        self.add_error(None, f"Not saved: {conflict}.")
