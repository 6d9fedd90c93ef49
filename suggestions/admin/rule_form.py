"""The form of a rule: its pattern is checked as it is typed in, and it can be tried before it is saved."""

from typing import Any, Final

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from suggestions.domain.rule_trial import Trial
from suggestions.domain.rules import InvalidPattern, check_pattern
from suggestions.models import Rule
from suggestions.rule_trial import try_rule

TRY: Final = "_try"
"""The name of the button that tries and saves nothing."""
FIELDS: Final = (
    *("name", "kind", "pattern", "category", "priority", "is_active"),
    *("client", "user_id", "sign", "amount_min", "amount_max"),
)
_MATCHING: Final = frozenset(FIELDS) - {"name", "category", "priority", "is_active"}


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's is not generic at run time
    """A rule whose pattern can work."""

    reason = forms.CharField(
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="Why it is changed; it stands in the audit log.",
    )
    accept_weak = forms.BooleanField(required=False)
    seen_at = forms.CharField(required=False)
    trial: Trial | None = None
    """What came of trying it; None where it was not tried."""

    @property
    def now_seen_at(self) -> str:
        """Return which state of the rule its reader knows of; empty for a new one."""
        if TRY in self.data:
            return str(self.data.get("seen_at", ""))
        return self.instance.updated_at.isoformat() if self.instance.pk else ""

    def is_valid(self) -> bool:
        """Tell whether the rule may be saved: never where it is only tried."""
        return super().is_valid() and TRY not in self.data

    def clean(self) -> dict[str, Any]:
        """Refuse a pattern that no rule may have, and warn of one that hardly anybody means."""
        values = super().clean() or {}
        self._refuse_stale(values.get("seen_at", ""))
        if "pattern" in values and "kind" in values:
            try:
                check_pattern(values["kind"], values["pattern"])
            except InvalidPattern as error:
                self.add_error("pattern", str(error))
        if not self.errors and (TRY in self.data or _MATCHING.intersection(self.changed_data)):
            self._try(values)
        return values

    def _refuse_stale(self, seen_at: str) -> None:
        if seen_at and TRY not in self.data and seen_at != self.now_seen_at:
            self.add_error(
                None,
                "Somebody else has saved the rule since you opened it: see Versions below. Your values stand "
                "in the form; save again to write them over the others.",
            )

    def _try(self, values: dict[str, Any]) -> None:
        rule = Rule(pk=self.instance.pk, **{name: values[name] for name in FIELDS})
        trial = try_rule(rule)
        if TRY in self.data:
            self.trial = trial
        elif trial.warnings and not values["accept_weak"]:
            self.trial = trial
            self.add_error("pattern", "Not saved yet: read the warning below the form.")
