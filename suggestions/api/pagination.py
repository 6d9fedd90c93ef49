"""Pages that follow a cursor, newest first."""

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from suggestions.domain.ids import parse_id


class IdCursor(CursorPagination):
    """Page through rows by id; a cursor that was tampered with leads nowhere."""

    ordering = "-id"
    page_size = 100
    page_size_query_param = "limit"
    max_page_size = 1000

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Return the cursor.

        Raises:
            NotFound: it is none that this service has given out.
        """
        cursor: Cursor | None = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and parse_id(cursor.position) is None:
            raise NotFound(self.invalid_cursor_message)
        return cursor
