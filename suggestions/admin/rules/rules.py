"""Rules in the admin: checked as they are typed in, tried before they are saved, and never lost."""

from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from console.filtered_list import FilteredList
from suggestions.admin.rules.form import RuleForm
from suggestions.admin.rules.history import RuleHistory
from suggestions.admin.rules.suggested import SuggestedRules
from suggestions.models import Rule
from suggestions.rules.history import read_versions
from suggestions.rules.trial import try_rule

LOOKED_AT: Final = 1_000
"""So many transactions show what a saved rule matches; trying it looks at more."""


@admin.register(Rule)
class RuleAdmin(FilteredList, SuggestedRules, RuleHistory):
    """The first predictor, as data."""

    form = RuleForm
    nothing_yet = "Rules are made here; manage.py bootstrap brings some to begin with."
    list_display = ("name", "pattern", "category", "priority", "kind", "sign", "client", "shown_active")
    list_filter = ("is_active", "kind", "sign", "client")
    list_select_related = ("client",)
    search_fields = ("name", "pattern", "category")
    list_before_template = "suggestions/rules_before.html"
    change_form_outer_before_template = "suggestions/rule_preview.html"
    change_form_after_template = "suggestions/rule_trial.html"
    change_form_outer_after_template = "suggestions/rule_history.html"
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

    def page_context(self, request: HttpRequest, row: Rule) -> dict[str, Any]:
        """Show what the saved rule matches above its form, and its versions below."""
        return {
            "preview": try_rule(row, looked_at=LOOKED_AT) if request.method == "GET" else None,
            "versions": read_versions(row.pk),
        }
