"""Rules in the admin: checked as they are typed in, with a look at what they match."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from suggestions.admin.rule_changes import LoggedRules
from suggestions.domain.rules import InvalidPattern, RuleEngine, RuleSpec, check_pattern
from suggestions.models import Rule, Transaction
from suggestions.rule_cache import to_rule_input

LOOKED_AT: Final = 1_000
SHOWN: Final = 5


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's is not generic at run time
    """A rule whose pattern can work."""

    reason = forms.CharField(
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="Why it is changed; it stands in the audit log.",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a pattern that no rule may have, beside the field."""
        values = super().clean() or {}
        if "pattern" in values and "kind" in values:
            try:
                check_pattern(values["kind"], values["pattern"])
            except InvalidPattern as error:
                self.add_error("pattern", str(error))
        return values


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule matches among the latest transactions, whatever other rules say."""

    looked_at: int
    matched: int
    examples: list[str]


@admin.register(Rule)
class RuleAdmin(LoggedRules):
    """The first predictor, as data."""

    form = RuleForm
    list_display = ("name", "pattern", "category", "priority", "kind", "sign", "client", "shown_active")
    list_filter = ("is_active", "kind", "sign", "client")
    list_select_related = ("client",)
    search_fields = ("name", "pattern", "category")
    change_form_outer_before_template = "suggestions/rule_preview.html"
    fieldsets = (
        (None, {"fields": ("name", ("kind", "pattern"), ("category", "priority"), "is_active")}),
        ("Only for", {"fields": (("client", "user_id"), "sign", ("amount_min", "amount_max"))}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Rule | None = None) -> Any:
        """Ask for a reason whoever may change something."""
        may_edit = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return (*self.fieldsets, ("Log", {"fields": ("reason",)})) if may_edit else self.fieldsets

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rule]:
        """Read the rules with their clients."""
        return Rule.objects.select_related("client")

    @display(description="Active", boolean=True)
    def shown_active(self, rule: Rule) -> bool:
        """Show whether the rule is applied."""
        return rule.is_active

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what the saved rule matches above its form."""
        rule = self.get_object(request, object_id)
        extra_context = (extra_context or {}) | {"preview": preview(rule) if rule else None}
        response: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return response


def preview(rule: Rule) -> Preview:
    """Apply a rule alone to the latest transactions."""
    engine = RuleEngine([_to_spec(rule)])
    latest = Transaction.objects.order_by("-id")
    if rule.client_id is not None:
        latest = latest.filter(client_id=rule.client_id)
    rows = list(latest[:LOOKED_AT])
    matched = [row.description for row in rows if engine.candidates(to_rule_input(row), top_k=1)]
    return Preview(len(rows), len(matched), list(dict.fromkeys(matched))[:SHOWN])


def _to_spec(rule: Rule) -> RuleSpec:
    kinds: dict[str, Any] = {"kind": rule.kind, "sign": rule.sign}
    return RuleSpec(
        id=rule.pk,
        name=rule.name,
        pattern=rule.pattern,
        category=rule.category,
        priority=rule.priority,
        amount_min=rule.amount_min,
        amount_max=rule.amount_max,
        client_id=rule.client_id,
        user_id=rule.user_id,
        **kinds,
    )
