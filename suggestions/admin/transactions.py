"""Transactions in the admin, each with the suggestions made for it."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from console.model_admin import ReadOnlyRows
from suggestions.admin.explain_page import ExplainPage
from suggestions.admin.explanation import to_answer
from suggestions.admin.playground import PlaygroundPage
from suggestions.models import SuggestionEvent, Transaction


class EventsOfTransaction(ReadOnlyRows, TabularInline):
    """The suggestions made for the transaction, the latest first."""

    model = SuggestionEvent
    fields = ("created_at", "rules_answer", "models_answer", "state", "source", "fallback")
    readonly_fields = ("created_at", "rules_answer", "models_answer")
    verbose_name_plural = "Suggestions"
    show_change_link = True
    per_page = 20
    extra = 0

    @display(description="Rules' answer")
    def rules_answer(self, event: SuggestionEvent) -> str:
        """Show the rules' answer."""
        return to_answer(event.rule_category, event.rule_confidence)

    @display(description="Model's answer")
    def models_answer(self, event: SuggestionEvent) -> str:
        """Show the model's answer and its version."""
        answer = to_answer(event.model_category, event.model_confidence)
        return f"{answer} by v{event.model_version_id}" if event.model_version_id else answer


@admin.register(Transaction)
class TransactionAdmin(ExplainPage, PlaygroundPage):
    """What the clients sent; found by the exact ids that the clients know."""

    list_display = (
        "external_id",
        "date",
        "description",
        "shown_amount",
        "user_id",
        "known_category",
        "client",
    )
    list_display_links = ("external_id",)
    list_select_related = ("client",)
    list_filter = ("client", ("date", RangeDateFilter))
    search_fields = ("external_id__exact", "user_id__exact")
    search_help_text = "The exact external id or user id"
    fields = (
        ("external_id", "client"),
        ("user_id", "date"),
        "description",
        ("amount", "currency"),
        ("account", "memo"),
        ("category", "feedback_category"),
        ("feedback_verdict", "feedback_source"),
        "feedback_at",
        ("created_at", "updated_at"),
    )
    change_form_outer_before_template = "suggestions/explain_link.html"
    inlines = (EventsOfTransaction,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transaction]:
        """Read the transactions with their clients."""
        return Transaction.objects.select_related("client")

    @display(description="Amount")
    def shown_amount(self, row: Transaction) -> str:
        """Show the amount with its currency."""
        return f"{row.amount:,.2f} {row.currency}"

    @display(description="Known category")
    def known_category(self, row: Transaction) -> str:
        """Show the category known for it."""
        return row.known_category or "–"
