"""What may be done with a model version in the admin: promote, overrule the gate, challenge, archive,
roll back."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from audit.models import AuditEntry
from console.confirmation import Question, ask, seen_by
from mlmodels import services
from mlmodels.admin.versions import questions
from mlmodels.admin.versions.lookup import VersionLookup
from mlmodels.models import ModelVersion

LIST = "admin:mlmodels_modelversion_changelist"
_ORIGIN = AuditEntry.Origin.ADMIN


class VersionActions(VersionLookup):
    """The changes of champion, challenger and candidates; each on POST alone."""

    def get_urls(self) -> list[URLPattern]:
        """Add what may be done."""
        own = {
            "roll-back/": self.roll_back,
            "<int:version_id>/promote/": self.promote,
            "<int:version_id>/override-gate/": self.override_gate,
            "<int:version_id>/challenge/": self.challenge,
            "<int:version_id>/end-challenge/": self.end_challenge,
            "<int:version_id>/archive/": self.archive,
        }
        return [
            path(
                route,
                self.admin_site.admin_view(view),
                name=f"mlmodels_modelversion_{view.__name__}",
            )
            for route, view in own.items()
        ] + list(super().get_urls())

    def has_promote_permission(self, request: HttpRequest) -> bool:
        """Tell whether the caller may change the champion."""
        return request.user.has_perm("mlmodels.promote_modelversion")

    def has_override_permission(self, request: HttpRequest) -> bool:
        """Tell whether the caller may promote what the gate has refused."""
        return request.user.has_perm("mlmodels.override_modelversion_gate")

    def promote(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Ask for a reason, then make the version champion."""
        version = self._version(request, version_id, is_allowed=self.has_promote_permission(request))
        change = partial(services.promote, version_id)
        return self._ask_and_crown(request, questions.promotion(version), change)

    def override_gate(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Ask for a reason, then make a version champion that the gate has refused."""
        version = self._version(request, version_id, is_allowed=self.has_override_permission(request))
        change = partial(services.promote, version_id, override_gate=True)
        return self._ask_and_crown(request, questions.override(version), change)

    def roll_back(self, request: HttpRequest) -> HttpResponse:
        """Ask for a reason, then make the previous champion champion again."""
        if not self.has_promote_permission(request):
            raise PermissionDenied
        return self._ask_and_crown(request, questions.rollback(), services.roll_back)

    def challenge(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Make the version challenger; a GET only leads to its page."""
        version = self._version(request, version_id, is_allowed=self.has_promote_permission(request))
        if request.method == "POST":
            change = partial(services.challenge, version.pk, by=_user(request), origin=_ORIGIN)
            self._try(request, change, "is challenger", logged="Made it challenger.")
        return _to_page_of(version_id)

    def end_challenge(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Send the version back where it was before it was challenger; a GET only leads to its page."""
        version = self._version(request, version_id, is_allowed=self.has_promote_permission(request))
        if request.method == "POST":
            change = partial(services.end_challenge, by=_user(request), expected=version.pk, origin=_ORIGIN)
            self._try(request, change, "is no longer challenger", logged="Ended the challenge.")
        return _to_page_of(version_id)

    def archive(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Ask for a reason, then put the candidate aside."""
        version = self._version(request, version_id, is_allowed=self.has_promote_permission(request))

        def put_aside(reason: str) -> HttpResponse:
            change = partial(services.archive, version_id, by=_user(request), reason=reason, origin=_ORIGIN)
            self._try(request, change, "is archived", logged=f"Archived: {reason}")
            return _to_page_of(version_id)

        return ask(self, request, questions.archiving(version), put_aside)

    def _ask_and_crown(
        self, request: HttpRequest, question: Question, change: Callable[..., ModelVersion]
    ) -> HttpResponse:
        def crown(reason: str) -> HttpResponse:
            seen = _seen_champion(request)
            asked = partial(change, by=_user(request), reason=reason, expected_champion=seen, origin=_ORIGIN)
            self._try(request, asked, "is champion")
            return HttpResponseRedirect(reverse(LIST))

        return ask(self, request, question, crown)

    def _try(
        self,
        request: HttpRequest,
        change: Callable[[], ModelVersion | None],
        done: str,
        *,
        logged: str = "",
    ) -> None:
        """Make the change and say that it is done, or why not; `logged` stands in the row's history."""
        try:
            version = change()
        except services.RegistryRefused as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
            return
        if logged:
            self.log_change(request, version, logged)
        self.message_user(request, f"{version} {done}.", messages.SUCCESS)


def _to_page_of(version_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:mlmodels_modelversion_change", args=[version_id]))


def _seen_champion(request: HttpRequest) -> int | None:
    seen = seen_by(request)
    return int(seen) if re.fullmatch(r"[0-9]{1,18}", seen) else None


def _user(request: HttpRequest) -> Any:
    return request.user
