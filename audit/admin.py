"""The log in the admin: a timeline that nobody edits, and whether its chain is whole."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from audit.domain.changes import describe_change
from audit.models import AuditEntry, AuditHead
from audit.verifying import verify_log
from console.filtered_list import FilteredList
from console.model_admin import ReadOnlyAdmin

LIST: Final = "admin:audit_auditentry_changelist"
VERIFIED_HERE: Final = 100_000
"""So many entries are verified within a request, in a few seconds; more are for the command."""

Kind = AuditEntry.Kind


@admin.register(AuditEntry)
class AuditEntryAdmin(FilteredList, ReadOnlyAdmin):
    """What was decided, the latest first."""

    list_display = ("sequence", "recorded_at", "shown_kind", "subject", "change", "shown_actor", "reason")
    list_display_links = ("sequence",)
    list_filter = ("kind", "origin", "actor", ("recorded_at", RangeDateTimeFilter))
    list_filter_submit = True
    list_fullwidth = True
    nothing_yet = "Nothing has been decided so far."
    list_before_template = "audit/entries_before.html"
    search_fields = ("subject", "reason")
    search_help_text = "Words of the subject or of the reason"
    sortable_by = ()
    fields = (
        ("sequence", "recorded_at"),
        ("kind", "subject"),
        ("shown_actor", "origin"),
        "reason",
        "shown_before",
        "shown_after",
        "shown_evidence",
        "previous_hash",
        "hash",
    )
    readonly_fields = ("shown_actor", "shown_before", "shown_after", "shown_evidence")

    def get_urls(self) -> list[URLPattern]:
        """Add the verification."""
        verify = path("verify/", self.admin_site.admin_view(self.verify), name="audit_auditentry_verify")
        return [verify, *super().get_urls()]

    def verify(self, request: HttpRequest) -> HttpResponse:
        """Verify the chain and say what was found; a GET only leads to the list."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            self.message_user(request, *_verdict())
        return HttpResponseRedirect(reverse(LIST))

    @display(
        description="Kind",
        label={
            Kind.PERCENTAGE.label: "primary",
            Kind.CHAMPION.label: "success",
            Kind.CHALLENGER.label: "warning",
            Kind.GUARDRAIL.label: "danger",
            Kind.LOG.label: "danger",
        },
    )
    def shown_kind(self, entry: AuditEntry) -> str:
        """Show the kind as a label."""
        return str(Kind(entry.kind).label) if entry.kind in Kind else entry.kind

    @display(description="Change")
    def change(self, entry: AuditEntry) -> str:
        """Show from and to."""
        return describe_change(entry.before, entry.after) or "–"

    @display(description="Who")
    def shown_actor(self, entry: AuditEntry) -> str:
        """Name who did it, or through what it was done where nobody was logged in."""
        return entry.actor or entry.get_origin_display()

    @display(description="Before")
    def shown_before(self, entry: AuditEntry) -> str | SafeString:
        """Show what was the case."""
        return _pretty(entry.before)

    @display(description="After")
    def shown_after(self, entry: AuditEntry) -> str | SafeString:
        """Show what is the case since."""
        return _pretty(entry.after)

    @display(description="Evidence")
    def shown_evidence(self, entry: AuditEntry) -> str | SafeString:
        """Show what was known at that moment."""
        return _pretty(entry.evidence)


def _pretty(part: Mapping[str, Any]) -> str | SafeString:
    if not part:
        return "–"
    text = json.dumps(part, indent=2, sort_keys=True, ensure_ascii=False)
    return format_html('<pre class="lm-code lm-wrap">{}</pre>', text)


def _verdict() -> tuple[str, int]:
    head = AuditHead.objects.filter(pk=1).first()
    if head is not None and head.sequence > VERIFIED_HERE:
        return f"{head.sequence:,} entries take a while: run `manage.py audit verify`.", messages.WARNING
    found = verify_log()
    return found.summary, messages.SUCCESS if found.problem is None else messages.ERROR
