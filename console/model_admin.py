"""Admin pages of rows that people read, and that only the service writes."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from console.careful_editing import CarefulEditing


class ConsoleAdmin(CarefulEditing):
    """A page in the theme."""

    list_per_page = 50

    def page_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return what the page of a row shows beside its fields."""
        return {}

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> HttpResponse:
        """Show it: by now the reader may see the row, and it is there."""
        row = kwargs.get("obj")
        more = self.page_context(request, row) if row is not None else {}
        response: HttpResponse = super().render_change_form(request, context | more, **kwargs)
        return response


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

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> HttpResponse:
        """Leave out the history, which a row that nobody edits has not."""
        response: HttpResponse = super().render_change_form(
            request, context | {"show_history": False}, **kwargs
        )
        return response


class ReadOnlyRows:
    """Rows on the page of another row that nobody edits here."""

    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False
