"""The rules that labels ask for, in the admin; a link fills in the form, and nothing is saved by it."""

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from console.model_admin import ConsoleAdmin
from console.own_page import page_context
from suggestions.domain.rules.suggested import MIN_LABELS, MIN_SHARE, MIN_USERS
from suggestions.models import Rule, Transaction
from suggestions.rules.suggested import LABELS, RECENT, offer_rules

LIKE: Final = "like"
"""The parameter that names the transaction a rule is to be made from: no text of it stands in an address."""

LONGEST_ID: Final = 18


class SuggestedRules(ConsoleAdmin):
    """The page of the rules that labels ask for."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        view = self.admin_site.admin_view(self.suggested)
        return [path("suggested/", view, name="suggestions_rule_suggested"), *super().get_urls()]

    def suggested(self, request: HttpRequest) -> HttpResponse:
        """List the rules that labels ask for."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **page_context(self, request, "Suggested rules"),
            "offered": offer_rules(),
            "may_add": self.has_add_permission(request),
            "like": LIKE,
            "labels": LABELS,
            "recent": RECENT,
            "min_labels": MIN_LABELS,
            "min_users": MIN_USERS,
            "min_percent": round(100 * MIN_SHARE),
        }
        return TemplateResponse(request, "suggestions/suggested_rules.html", context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fill in a rule for the merchant of the transaction that the address names."""
        row = _named(request)
        if row is None:
            return dict(super().get_changeform_initial_data(request))
        return {
            "name": row.merchant.title()[:100],
            "kind": Rule.Kind.MERCHANT,
            "pattern": row.merchant,
            "category": row.known_category,
            "client": row.client_id,
            "reason": f"suggested by the labels of transactions like {row.pk}",
        }


def _named(request: HttpRequest) -> Transaction | None:
    given = request.GET.get(LIKE, "")
    may_see = request.user.has_perm("suggestions.view_transaction")
    if not may_see or not given.isdecimal() or len(given) > LONGEST_ID:
        return None
    return Transaction.objects.filter(pk=given).first()
