"""Clients and their categories in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from console.filtered_list import FilteredList
from console.model_admin import ConsoleAdmin
from suggestions.models import Category, Client


@admin.register(Client)
class ClientAdmin(ConsoleAdmin):
    """Applications; one is deactivated rather than deleted, because its transactions go with it."""

    list_display = ("name", "shown_active", "created_at")
    list_filter = ("is_active",)
    nothing_yet = "A client is an application that sends transactions."
    search_fields = ("name",)
    fields = ("name", "is_active", "created_at")
    readonly_fields = ("created_at",)

    @display(description="Active", boolean=True)
    def shown_active(self, client: Client) -> bool:
        """Show whether the client's keys are accepted."""
        return client.is_active

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


@admin.register(Category)
class CategoryAdmin(FilteredList, ConsoleAdmin):
    """Categories come with the transactions; here they are switched off and on."""

    list_display = ("name", "client", "shown_active")
    list_filter = ("client", "is_active")
    nothing_yet = "Categories come with the transactions that name them."
    list_select_related = ("client",)
    search_fields = ("name",)
    fields = ("client", "name", "is_active")
    readonly_fields = ("client", "name")
    actions = ("activate", "deactivate")

    @display(description="Active", boolean=True)
    def shown_active(self, category: Category) -> bool:
        """Show whether the category is suggested."""
        return category.is_active

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: a client makes a category by using it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    @admin.action(description="Activate: suggest them again", permissions=["change"])
    def activate(self, request: HttpRequest, categories: QuerySet[Category]) -> None:
        """Switch the chosen categories on."""
        self._switch(request, categories, is_active=True)

    @admin.action(description="Deactivate: never suggest them", permissions=["change"])
    def deactivate(self, request: HttpRequest, categories: QuerySet[Category]) -> None:
        """Switch the chosen categories off."""
        self._switch(request, categories, is_active=False)

    def _switch(self, request: HttpRequest, categories: QuerySet[Category], *, is_active: bool) -> None:
        with transaction.atomic():
            # In the order of their ids, whatever that of the list: two people wait for each other only once.
            chosen = categories.exclude(is_active=is_active).order_by("pk")
            changed = list(chosen.select_for_update(of=("self",)))
            Category.objects.filter(pk__in=[one.pk for one in changed]).update(is_active=is_active)
            LogEntry.objects.log_actions(
                int(str(request.user.pk)),
                changed,
                CHANGE,
                f"is_active: {is_active}",
            )
        word = "active" if is_active else "inactive"
        self.message_user(request, f"{len(changed)} changed; the chosen ones are {word}.", messages.SUCCESS)
