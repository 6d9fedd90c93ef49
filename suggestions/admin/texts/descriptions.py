"""Who reads what clients wrote about a transaction; the others get the merchant it was reduced to."""

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from suggestions.models import Transaction
from suggestions.roles import READ_DESCRIPTIONS


def may_read(request: HttpRequest) -> bool:
    """Tell whether the reader may see descriptions and memos as they were sent."""
    return bool(request.user.has_perm(READ_DESCRIPTIONS))


def shown_text(row: Transaction, *, is_readable: bool) -> str:
    """Return the description, or for others the merchant."""
    return row.description if is_readable else row.merchant or "no merchant named"


def isolated(text: str) -> SafeString:
    """Keep a text that is written from right to left from reordering what stands beside it."""
    return format_html("<bdi>{}</bdi>", text)
