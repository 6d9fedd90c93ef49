"""What may be done with a model version in the admin: promote, overrule the gate, challenge, archive,
roll back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from audit.models import AuditEntry
from console.confirmation import ask
from mlmodels import services
from mlmodels.admin import version_questions
from mlmodels.admin.version_lookup import VersionLookup
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
        return ask(
            self,
            request,
            version_questions.promotion(version),
            lambda reason: self._crown(
                request,
                lambda: services.promote(version_id, by=_user(request), reason=reason, origin=_ORIGIN),
            ),
        )

    def override_gate(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Ask for a reason, then make a version champion that the gate has refused."""
        version = self._version(request, version_id, is_allowed=self.has_override_permission(request))
        return ask(
            self,
            request,
            version_questions.override(version),
            lambda reason: self._crown(
                request,
                lambda: services.promote(
                    version_id, by=_user(request), reason=reason, override_gate=True, origin=_ORIGIN
                ),
            ),
        )

    def roll_back(self, request: HttpRequest) -> HttpResponse:
        """Ask for a reason, then make the previous champion champion again."""
        if not self.has_promote_permission(request):
            raise PermissionDenied
        return ask(
            self,
            request,
            version_questions.rollback(),
            lambda reason: self._crown(
                request, lambda: services.roll_back(by=_user(request), reason=reason, origin=_ORIGIN)
            ),
        )

    def challenge(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Make the version challenger; a GET only leads to its page."""
        version = self._version(request, version_id, is_allowed=self.has_promote_permission(request))
        if request.method == "POST":
            self._challenge(request, version)
        return HttpResponseRedirect(reverse("admin:mlmodels_modelversion_change", args=[version_id]))

    def end_challenge(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Send the challenger back where it was; a GET only leads to its page."""
        self._version(request, version_id, is_allowed=self.has_promote_permission(request))
        is_asked = request.method == "POST"
        ended = services.end_challenge(by=_user(request), origin=_ORIGIN) if is_asked else None
        if ended is not None:
            self.log_change(request, ended, "Ended the challenge.")
            self.message_user(request, f"{ended} is {ended.status} again.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:mlmodels_modelversion_change", args=[version_id]))

    def archive(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Ask for a reason, then put the candidate aside."""
        version = self._version(request, version_id, is_allowed=self.has_promote_permission(request))
        question = version_questions.archiving(version)
        return ask(self, request, question, lambda reason: self._archive(request, version_id, reason))

    def _archive(self, request: HttpRequest, version_id: int, reason: str) -> HttpResponse:
        try:
            version = services.archive(version_id, by=_user(request), reason=reason, origin=_ORIGIN)
        except services.ArchivingRefused as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
        else:
            self.log_change(request, version, f"Archived: {reason}")
            self.message_user(request, f"{version} is archived.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:mlmodels_modelversion_change", args=[version_id]))

    def _challenge(self, request: HttpRequest, version: ModelVersion) -> None:
        try:
            services.challenge(version.pk, by=_user(request), origin=_ORIGIN)
        except services.PromotionRefused as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
        else:
            self.log_change(request, version, "Made it challenger.")
            self.message_user(request, f"{version} is challenger.", messages.SUCCESS)

    def _crown(self, request: HttpRequest, change: Callable[[], ModelVersion]) -> HttpResponse:
        try:
            version = change()
        except services.PromotionRefused as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
        else:
            self.message_user(request, f"{version} is champion.", messages.SUCCESS)
        return HttpResponseRedirect(reverse(LIST))


def _user(request: HttpRequest) -> Any:
    return request.user
