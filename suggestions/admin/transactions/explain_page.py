"""What the model answers to a transaction now, and why: computed on request, kept nowhere."""

from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from console.large_list import LargeListAdmin
from console.own_page import page_context
from mlmodels import services
from suggestions.admin.texts.descriptions import may_read, shown_text
from suggestions.admin.transactions.candidate_view import view_explanation
from suggestions.inspection.explaining import explain_transaction
from suggestions.models import Transaction

LIST: Final = "admin:suggestions_transaction_changelist"


class ExplainPage(LargeListAdmin):
    """The page of one transaction's explanation."""

    def get_urls(self) -> list[URLPattern]:
        """Add the explanation."""
        view = self.admin_site.admin_view(self.explain)
        own = path("<int:txn_id>/explain/", view, name="suggestions_transaction_explain")
        return [own, *super().get_urls()]

    def explain(self, request: HttpRequest, txn_id: int) -> HttpResponse:
        """Ask the champion about the transaction and show what it weighs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row: Transaction | None = self.get_object(request, str(txn_id))
        if row is None:
            return self.lead_from_lost(request, f"Transaction {txn_id}", LIST)
        context = {
            **page_context(self, request, f"Explain {row}"),
            "row": row,
            "text": shown_text(row, is_readable=may_read(request)),
            "back": reverse("admin:suggestions_transaction_change", args=[row.pk]),
            **_answer(row, quotes=may_read(request)),
        }
        return TemplateResponse(request, "suggestions/explain.html", context)


def _answer(row: Transaction, *, quotes: bool) -> dict[str, object]:
    try:
        return view_explanation(explain_transaction(row), quotes=quotes)
    except services.ModelUnavailable as error:
        return view_explanation(None, error.reason)
