"""The versions of a rule in the admin, the rules that are gone, and the way back to either."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from audit.log import LogUnavailable, LogUnreadable, Origin
from console.confirmation import Question, ask, seen_by
from console.own_page import page_context
from suggestions.admin.rules.changes import LoggedRules
from suggestions.domain.ids import parse_id
from suggestions.models import Rule
from suggestions.rules.history import (
    RevertRefused,
    RuleVersion,
    deleted_rules,
    find_version,
    newest_change,
    revert,
)

LIST: Final = "admin:suggestions_rule_changelist"


class RuleHistory(LoggedRules):
    """Earlier versions of rules, each a question away."""

    def get_urls(self) -> list[URLPattern]:
        """Add the list of what is gone and the way back."""
        wrap = self.admin_site.admin_view
        return [
            path("deleted/", wrap(self.deleted), name="suggestions_rule_deleted"),
            path("revert/<int:sequence>/", wrap(self.revert), name="suggestions_rule_revert"),
            *super().get_urls(),
        ]

    def deleted(self, request: HttpRequest) -> HttpResponse:
        """List the rules that are gone."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **page_context(self, request, "Deleted rules"),
            "versions": deleted_rules(),
            "may_restore": self.has_add_permission(request),
        }
        return TemplateResponse(request, "suggestions/deleted_rules.html", context)

    def revert(self, request: HttpRequest, sequence: int) -> HttpResponse:
        """Ask for a reason, then make the rule again what it was before one of its changes."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            version = find_version(sequence)
            question = _question(version) if version else None
        except LogUnreadable as refusal:
            return self._refuse(request, refusal, reverse(LIST))
        if version is None or question is None:
            return self.lead_from_lost(request, f"Change {sequence} of a rule", LIST)
        if not version.before:
            raise Http404
        if not self.has_add_permission(request) and not Rule.objects.filter(pk=version.rule_id).exists():
            raise PermissionDenied
        return ask(self, request, question, lambda reason: self._revert(request, version, reason))

    def _revert(self, request: HttpRequest, version: RuleVersion, reason: str) -> HttpResponse:
        user: Any = request.user
        try:
            known = parse_id(seen_by(request))
            rule = revert(version, by=user, origin=Origin.ADMIN, reason=reason, newest=known)
        except (RevertRefused, LogUnavailable, LogUnreadable) as refusal:
            return self._refuse(request, refusal, _back(version))
        self.message_user(
            request, f"“{rule}” is again what it was before that change, from now on.", messages.SUCCESS
        )
        return HttpResponseRedirect(_back(version))

    def _refuse(self, request: HttpRequest, refusal: Exception, back: str) -> HttpResponse:
        self.message_user(request, f"Not done: {refusal}", messages.ERROR)
        return HttpResponseRedirect(back)


def _question(version: RuleVersion) -> Question:
    newest = newest_change(version.rule_id) or version
    values = ", ".join(
        f"{name} “{value}”" for name, value in version.before.items() if value not in ("", None)
    )
    return Question(
        title=f"Return to “{version.name}” before this change?",
        text=f"It was {version.word} on {version.changed_at:%Y-%m-%d %H:%M} by {version.who}. Before that: "
        f"{values}. This becomes a new change, which can be reverted too.",
        button="Restore" if version.word == "deleted" else "Revert",
        url=reverse("admin:suggestions_rule_revert", args=[version.sequence]),
        back=_back(version),
        suggested_reason="",
        seen=str(newest.sequence),
    )


def _back(version: RuleVersion) -> str:
    if Rule.objects.filter(pk=version.rule_id).exists():
        return reverse("admin:suggestions_rule_change", args=[version.rule_id])
    return reverse("admin:suggestions_rule_deleted")
