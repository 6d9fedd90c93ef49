"""Admin pages of rows that several people edit: stale forms, rows that are gone, too many rows at once."""

from typing import Any, Final

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from console.careful_list import CarefulList
from console.other_saves import noticing

ROWS_AT_ONCE: Final = 500
"""One request changes so many at most: each is checked, saved and logged by itself."""


class CarefulEditing(CarefulList):
    """What every list, every form and every action of the console does with bad luck."""

    change_form_before_template = "console/seen.html"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Let the form of a row notice other saves."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return noticing(form, reader=request.user.get_username()) if change else form

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Lock the row that is to be saved, so that nobody saves it between the look and the change."""
        row = super().get_object(request, object_id, from_field)
        if row is None or request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return row
        locked = type(row)._default_manager.select_for_update().order_by().filter(pk=row.pk)
        return super().get_object(request, object_id, from_field) if list(locked.values_list("pk")) else None

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check the form once more where somebody was quicker to save what only one row may have."""
        said: list[Any] = messages.get_messages(request)._queued_messages  # type: ignore[union-attr]
        count = len(said)
        try:
            answer: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except (IntegrityError, ValidationError):
            # Nothing of it was saved. By now the form finds what is in the way, and says so.
            del said[count:]
            answer = super().changeform_view(request, *args, **kwargs)
        return answer

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Refuse an action on more rows than one request can change."""
        is_all = request.POST.get("select_across", "0") not in ("", "0")
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        count = queryset.count() if is_all else len(chosen)
        if count > ROWS_AT_ONCE:
            self.message_user(
                request,
                f"Nothing was changed: {count:,} rows are chosen, and one action changes {ROWS_AT_ONCE:,} at "
                "most. Narrow the list by a filter, or choose fewer.",
                messages.ERROR,
            )
            return HttpResponseRedirect(request.get_full_path())
        answer: HttpResponse | None = super().response_action(request, queryset)
        return answer

    def lead_from_lost(self, request: HttpRequest, what: str, page: str) -> HttpResponse:
        """Say that what a page of our own is about is gone, and lead to the page that shows what there is."""
        self.message_user(request, f"{what} is gone. Perhaps it was deleted?", messages.WARNING)
        return HttpResponseRedirect(reverse(page))

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        # Back to the list, which shows what there is; the framework leads to the home page.
        answer: HttpResponse = super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        if not self.has_view_or_change_permission(request):
            return answer
        return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"))
