"""Transactions in the admin, each with the suggestions made for it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from console.filtered_list import FilteredList
from suggestions.admin.texts.descriptions import isolated, may_read, shown_text
from suggestions.admin.transactions.explain_page import ExplainPage
from suggestions.admin.transactions.playground import PlaygroundPage
from suggestions.admin.transactions.transaction_view import view_transaction
from suggestions.models import Client, Transaction

MOST_FOUND = 1_000


@admin.register(Transaction)
class TransactionAdmin(FilteredList, ExplainPage, PlaygroundPage):
    """What the clients sent; found by the exact ids that the clients know."""

    list_display = (
        "external_id",
        "date",
        "shown_description",
        "shown_amount",
        "user_id",
        "known_category",
        "client",
    )
    list_display_links = ("external_id",)
    list_select_related = ("client",)
    list_filter = ("client", ("date", RangeDateFilter))
    exact_lookups = ("user_id__exact",)
    unindexed_filters = ("date", "user_id__exact")
    look_further = "choose a client"
    nothing_yet = "Transactions come from the clients, over the API or by manage.py import_transactions."
    search_fields = ("external_id__exact", "user_id__exact")
    search_help_text = f"The exact external id or user id; of a user the newest {MOST_FOUND:,}"
    fields = (
        ("external_id", "client"),
        ("user_id", "date"),
        "shown_description",
        ("amount", "currency"),
        ("account", "shown_memo"),
        ("category", "feedback_category"),
        ("feedback_verdict", "feedback_source"),
        "feedback_at",
        ("created_at", "updated_at"),
    )
    readonly_fields = ("shown_description", "shown_memo", "shown_merchant")
    list_before_template = "suggestions/transactions_before.html"
    change_form_outer_before_template = "suggestions/transaction_before.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transaction]:
        """Read the transactions with their clients."""
        return Transaction.objects.select_related("client")

    def is_windowed(self, request: HttpRequest) -> bool:
        """Tell whether the index by client and date cannot serve."""
        is_of_client = bool(request.GET.get("client__id__exact"))
        return super().is_windowed(request) and not (is_of_client or request.GET.get("q", "").strip())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Transaction], search_term: str
    ) -> tuple[QuerySet[Transaction], bool]:
        """Find the newest transactions of an id by the indexes, which begin with the client."""
        term = search_term.strip()
        return (queryset.filter(pk__in=_found(term)) if term else queryset), False

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Show the merchant to those who may not read descriptions."""
        return self.list_display if may_read(request) else _redacted(self.list_display)

    def get_fields(self, request: HttpRequest, obj: Transaction | None = None) -> Any:
        """Show the merchant alone to those who may not read descriptions and memos."""
        return self.fields if may_read(request) else _redacted(self.fields)

    @display(description="Description")
    def shown_description(self, row: Transaction) -> SafeString:
        """Show the description as it was sent."""
        return isolated(row.description)

    @display(description="Merchant")
    def shown_merchant(self, row: Transaction) -> SafeString:
        """Show what the description was reduced to."""
        return isolated(shown_text(row, is_readable=False))

    @display(description="Memo")
    def shown_memo(self, row: Transaction) -> SafeString:
        """Show the memo as it was sent."""
        return isolated(row.memo or "–")

    @display(description="Amount")
    def shown_amount(self, row: Transaction) -> str:
        """Show the amount with its currency."""
        return f"{row.amount:,.2f} {row.currency}"

    @display(description="Known category")
    def known_category(self, row: Transaction) -> str:
        """Show the category known for it."""
        return row.known_category or "–"

    def page_context(self, request: HttpRequest, row: Transaction) -> dict[str, Any]:
        """Tell above the fields what was served, what would be now, and what happened to it."""
        return {"story": view_transaction(row, request)}


def _found(term: str) -> set[int]:
    clients = list(Client.objects.values_list("pk", flat=True))
    rows = Transaction.objects.filter(client_id__in=clients).values_list("pk", flat=True)
    by_external_id = rows.filter(external_id=term).order_by()
    return {*by_external_id, *rows.filter(user_id=term).order_by("-pk")[:MOST_FOUND]}


def _redacted(fields: tuple[Any, ...]) -> tuple[Any, ...]:
    merchant = ("shown_merchant" if name == "shown_description" else name for name in fields)
    return tuple("account" if name == ("account", "shown_memo") else name for name in merchant)
