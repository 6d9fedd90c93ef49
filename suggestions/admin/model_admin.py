"""Admin pages of rows that people read, and that only the service writes."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator


class ConsoleAdmin(ModelAdmin):
    """A page in the theme."""

    list_per_page = 50


class ReadOnlyAdmin(ConsoleAdmin):
    """Rows that nobody edits here, whatever their permissions."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


class LargeListAdmin(ReadOnlyAdmin):
    """A list of millions: nothing is counted, and the order is that of the primary key."""

    paginator = InfinitePaginator
    show_full_result_count = False
    list_filter_submit = True
    sortable_by = ()


class ReadOnlyRows:
    """Rows on the page of another row that nobody edits here."""

    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False
