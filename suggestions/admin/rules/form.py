"""The form of a rule: its pattern is checked as it is typed in, and it can be tried before it is saved."""

from typing import Any, Final

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from audit.log import LogUnreadable
from console.other_saves import LastSave, NoticesOtherSaves
from suggestions.domain.rules.engine import InvalidPattern, check_pattern
from suggestions.domain.rules.trial import Trial
from suggestions.models import Rule
from suggestions.rules.history import newest_change
from suggestions.rules.log import to_facts
from suggestions.rules.trial import try_rule

TRY: Final = "_try"
"""The name of the button that tries and saves nothing."""
FIELDS: Final = (
    *("name", "kind", "pattern", "category", "priority", "is_active"),
    *("client", "user_id", "sign", "amount_min", "amount_max"),
)
_MATCHING: Final = frozenset(FIELDS) - {"name", "category", "priority", "is_active"}


class RuleForm(NoticesOtherSaves, forms.ModelForm):  # type: ignore[type-arg]  # Django's is not generic at run time
    """A rule whose pattern can work."""

    instance: Rule
    reason = forms.CharField(
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="Why it is changed; it stands in the audit log.",
    )
    accept_weak = forms.CharField(required=False)
    refusal: str = ""
    """Why it cannot be saved now, whatever is typed in; empty where it can."""
    trial: Trial | None = None
    """What came of trying it; None where it was not tried."""
    tried: str = ""
    """Names the pattern that was tried: its warnings are accepted by this, and no other's."""

    def is_only_asked(self) -> bool:
        """Tell whether the rule is only tried."""
        return TRY in self.data

    def is_valid(self) -> bool:
        """Tell whether the rule may be saved: never where it is only tried."""
        return super().is_valid() and TRY not in self.data

    def last_save(self) -> LastSave | None:
        """Return who made the rule what it is now, by the audit log, which knows commands and reverts too."""
        try:
            change = newest_change(self.instance.pk)
        except LogUnreadable:
            return None
        if change is None or change.after != to_facts(self.instance):
            return None
        return LastSave(change.who, change.changed_at)

    def clean(self) -> dict[str, Any]:
        """Refuse a pattern that no rule may have."""
        values = super().clean() or {}
        if "pattern" in values and "kind" in values:
            try:
                check_pattern(values["kind"], values["pattern"])
            except InvalidPattern as error:
                self.add_error("pattern", str(error))
        if self.refusal:
            self.add_error(None, self.refusal)
        return values

    def _post_clean(self) -> None:
        """Warn of a pattern that hardly anybody means, once all else is right."""
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        if not self.errors and (TRY in self.data or _MATCHING.intersection(self.changed_data)):
            self._try(self.cleaned_data)

    def _try(self, values: dict[str, Any]) -> None:
        rule = Rule(pk=self.instance.pk, **{name: values[name] for name in FIELDS})
        trial = try_rule(rule)
        self.tried = f"{rule.kind} {rule.pattern}"
        if TRY in self.data:
            self.trial = trial
        elif trial.warnings and values["accept_weak"] != self.tried:
            self.trial = trial
            self.add_error("pattern", "Not saved yet: read the warning below the form.")
