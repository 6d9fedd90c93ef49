"""The playground: paste a transaction, see what both predictors say, and what would be served."""

from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from console.large_list import LargeListAdmin
from console.own_page import page_context
from suggestions.admin.texts.descriptions import may_read
from suggestions.admin.texts.explanation import explain_played, to_answer
from suggestions.admin.transactions.candidate_view import view_explanation
from suggestions.domain.percentage import in_percent
from suggestions.domain.transaction_row import RowError, TransactionRow, parse_row
from suggestions.inspection.playground import Played, play
from suggestions.models import Client

GIVEN: Final = ("description", "amount", "currency", "date", "memo", "user_id")


def _text(label: str, help_text: str = "", **attributes: str) -> forms.CharField:
    return forms.CharField(
        required=False,
        label=label,
        help_text=help_text,
        widget=UnfoldAdminTextInputWidget(attributes | {"autocomplete": "off"}),
    )


class PlaygroundForm(forms.Form):
    """One transaction as a client would send it, read by the same function."""

    client = forms.ModelChoiceField(
        Client.objects.all(), widget=UnfoldAdminSelectWidget, help_text="Whose rules, categories and labels."
    )
    description = _text("Description", "As it stands on the statement.", dir="auto")
    amount = _text("Amount", "Money out is negative: -4.50", inputmode="text")
    currency = _text("Currency", "Three letters, such as EUR.", size="3")
    date = _text("Date", type="date")
    memo = _text("Memo", "Optional; the model reads it, the rules do not.", dir="auto")
    user_id = _text("User id", "Optional; the client's id of its end user. Without one the rules answer.")
    row: TransactionRow | None = None
    """The transaction; None until it was found to be right."""

    def clean(self) -> dict[str, Any]:
        """Read the transaction; say what is wrong at its field."""
        values = super().clean() or {}
        try:
            self.row = parse_row(
                {"external_id": "playground"} | {name: values.get(name, "") for name in GIVEN}
            )
        except RowError as error:
            self.add_error(error.field, f"{error.field.replace('_', ' ').capitalize()} {error.detail}.")
        return values


class PlaygroundPage(LargeListAdmin):
    """The page; what is pasted is in no address and is stored nowhere."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        view = self.admin_site.admin_view(self.playground)
        return [path("playground/", view, name="suggestions_transaction_playground"), *super().get_urls()]

    def playground(self, request: HttpRequest) -> HttpResponse:
        """Show the form; on a POST, what would be suggested."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = PlaygroundForm(request.POST if request.method == "POST" else None, initial=_initial())
        context = {
            **page_context(self, request, "Playground"),
            "form": form,
            "has_clients": Client.objects.exists(),
        }
        if form.is_valid() and form.row is not None:
            played = play(form.cleaned_data["client"].pk, form.row)
            context |= _view(played, quotes=may_read(request))
        return TemplateResponse(request, "suggestions/playground.html", context)


def _initial() -> dict[str, object]:
    clients = list(Client.objects.values_list("pk", flat=True)[:2])
    return {
        "client": clients[0] if len(clients) == 1 else None,
        "currency": "EUR",
        "date": timezone.localdate().isoformat(),
    }


def _view(played: Played, *, quotes: bool) -> dict[str, object]:
    rule, model = played.rule, played.answer.prediction
    by_rules = to_answer(rule.rule.category, rule.candidate.confidence) if rule else "no answer"
    by_model = to_answer(model.category, model.confidence) if model else "no answer"
    is_model = played.decision.source == "model"
    return {
        "played": played,
        "served": by_model if is_model else by_rules,
        "not_served": by_rules if is_model else by_model,
        "why": explain_played(played),
        "canary": in_percent(played.rollout.percentage),
        "blind": in_percent(played.rollout.blind_share) if played.rollout.blind_share else "",
        **view_explanation(played.explanation, played.answer.failure, quotes=quotes),
    }
