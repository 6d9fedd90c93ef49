"""Holds in the admin: their list, placing one and lifting it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from unfold.decorators import display

from console.confirmation import ask
from console.model_admin import ReadOnlyAdmin
from suggestions.admin.rollout import questions
from suggestions.models import RolloutHold
from suggestions.ramp.holds import lift_hold, place_hold
from suggestions.roles import LOWER_CANARY, RAISE_CANARY
from suggestions.rollout import RolloutRefused
from suggestions.standing import placed_by

_ORIGIN = "admin"


@admin.register(RolloutHold)
class RolloutHoldAdmin(ReadOnlyAdmin):
    """Everything that has held the canary."""

    list_display = ("reason", "author", "placed_at", "lift_reason", "lifted_by", "lifted_at")
    list_filter = ("placed_at", "guardrail")
    nothing_yet = "Nothing has held the canary so far."
    search_fields = ("reason", "lift_reason")
    fields = ("reason", ("author", "placed_at"), "lift_reason", ("shown_lifter", "lifted_at"))
    readonly_fields = ("author", "shown_lifter")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[RolloutHold]:
        """Read the holds with who placed and lifted them."""
        return RolloutHold.objects.select_related("placed_by", "lifted_by")

    def get_urls(self) -> list[URLPattern]:
        """Add what places a hold, and what lifts it."""
        wrap = self.admin_site.admin_view
        return [
            path("place/", wrap(self.place), name="suggestions_rollouthold_place"),
            path("<int:hold_id>/lift/", wrap(self.lift), name="suggestions_rollouthold_lift"),
            *super().get_urls(),
        ]

    @display(description="Placed by")
    def author(self, hold: RolloutHold) -> str:
        """Name who or what placed it."""
        return placed_by(hold)

    @display(description="Lifted by")
    def shown_lifter(self, hold: RolloutHold) -> str:
        """Name who lifted it; a link would lead most readers to a page they may not open."""
        return str(hold.lifted_by or "–")

    def place(self, request: HttpRequest) -> HttpResponse:
        """Ask for a reason, then hold the canary."""
        user: Any = request.user
        if not user.has_perm(LOWER_CANARY):
            raise PermissionDenied
        return ask(
            self,
            request,
            questions.hold(),
            lambda reason: self._do(
                request,
                lambda: place_hold(by=user, reason=reason, origin=_ORIGIN),
                "Held: nobody widens the canary until the hold is lifted.",
            ),
        )

    def lift(self, request: HttpRequest, hold_id: int) -> HttpResponse:
        """Ask for a reason, then lift the hold."""
        user: Any = request.user
        if not user.has_perm(RAISE_CANARY):
            raise PermissionDenied
        hold = RolloutHold.objects.filter(pk=hold_id).first()
        if hold is None:
            return self.lead_from_lost(request, f"Hold {hold_id}", questions.PAGE)
        return ask(
            self,
            request,
            questions.lift(hold),
            lambda reason: self._do(
                request,
                lambda: lift_hold(hold_id, by=user, reason=reason, origin=_ORIGIN),
                "The hold is lifted.",
            ),
        )

    def _do(self, request: HttpRequest, act: Callable[[], object], said: str) -> HttpResponse:
        try:
            act()
        except RolloutRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(reverse(questions.PAGE))
