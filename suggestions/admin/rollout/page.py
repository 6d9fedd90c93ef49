"""The rollout page: one state, one form, one way down; nothing changes on GET."""

from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from console.confirmation import ask
from console.model_admin import ReadOnlyAdmin
from console.own_page import page_context
from suggestions.admin.rollout import questions
from suggestions.admin.rollout.challenger_card import view_challenger
from suggestions.admin.rollout.form import RolloutForm
from suggestions.admin.rollout.step_view import hold_dialog, view_holds, view_proposal, view_step
from suggestions.admin.rollout.summary import last_changes, summarise
from suggestions.admin.rollout.watching import watch
from suggestions.domain.percentage import in_percent
from suggestions.domain.ramp.policy import Policy
from suggestions.models import Rollout, RolloutChange, RolloutProposal
from suggestions.ramp.canary import change_canary
from suggestions.ramp.gates import GateRefused
from suggestions.ramp.proposals import open_proposal
from suggestions.roles import LOWER_CANARY, OVERRIDE_GATE, RAISE_CANARY
from suggestions.rollout import (
    InvalidChange,
    RolloutConflict,
    RolloutRefused,
    RolloutState,
    read_rollout,
    roll_back,
    set_blind_share,
)

SHOWN_CHANGES: Final = 20
_ADMIN: Final = RolloutChange.Origin.ADMIN


@admin.register(Rollout)
class RolloutAdmin(ReadOnlyAdmin):
    """The one row has one page; there is no list, nothing to add and nothing to delete."""

    def get_urls(self) -> list[URLPattern]:
        """Replace the list and the form of the framework by the page and the way down."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.page), name="suggestions_rollout_changelist"),
            path("roll-back/", wrap(self.roll_back), name="suggestions_rollout_roll_back"),
            path("<path:object_id>/change/", wrap(self.to_page), name="suggestions_rollout_change"),
        ]

    def has_raise_permission(self, request: HttpRequest) -> bool:
        """Tell whether the caller may raise the canary."""
        return request.user.has_perm(RAISE_CANARY)

    def has_lower_permission(self, request: HttpRequest) -> bool:
        """Tell whether the caller may lower the canary and roll back."""
        return request.user.has_perm(LOWER_CANARY)

    def to_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Lead links to "the rollout's row" to the page."""
        return HttpResponseRedirect(reverse(questions.PAGE))

    def page(self, request: HttpRequest) -> HttpResponse:
        """Show the rollout; save a change of its shares."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = None
        if request.method == "POST":
            if not may_edit(request):
                raise PermissionDenied
            form = rollout_form(request, read_rollout(), request.POST)
            if form.is_valid() and self._save(request, form):
                return HttpResponseRedirect(
                    reverse("admin:index" if "from_home" in request.POST else questions.PAGE)
                )
        return self._render(request, form)

    def roll_back(self, request: HttpRequest) -> HttpResponse:
        """Ask for a reason, then serve everybody by rules, whatever is being edited elsewhere."""
        if not self.has_lower_permission(request):
            raise PermissionDenied
        return ask(self, request, questions.roll_back(), lambda reason: self._roll_back(request, reason))

    def _roll_back(self, request: HttpRequest, reason: str) -> HttpResponse:
        user: Any = request.user
        roll_back(by=user, reason=reason, origin=_ADMIN)
        self.message_user(request, "Rolled back: everybody is served by the rules.", messages.SUCCESS)
        return HttpResponseRedirect(reverse(questions.PAGE))

    def _save(self, request: HttpRequest, form: RolloutForm) -> bool:
        user: Any = request.user
        try:
            outcome = _apply(user, form)
        except RolloutConflict as conflict:
            form.report_conflict(str(conflict), read_rollout())
        except InvalidChange as refusal:
            form.add_error("reason", str(refusal))
        except GateRefused as refusal:
            form.report_blockers(refusal.blockers, refusal.advice)
        except RolloutRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            self.message_user(request, _describe(outcome), messages.SUCCESS)
            return True
        return False

    def _render(self, request: HttpRequest, form: RolloutForm | None) -> HttpResponse:
        watched, changes = watch(request), list(last_changes()[:SHOWN_CHANGES])
        form = form or rollout_form(request, watched.ground.state)
        context = {
            **page_context(self, request, "Rollout"),
            "form": form if may_edit(request) else None,
            "summary": summarise(watched.ground, changes),
            "evidence": watched.evidence,
            "challenger": view_challenger(watched.ground.challenger),
            "changes": changes,
            "presets": presets(watched.ground.policy),
            "step": view_step(watched),
            "holds": view_holds(request, watched.ground.holds),
            "hold_dialog": hold_dialog(request),
            "proposal": view_proposal(request, open_proposal()),
            "may_raise": self.has_raise_permission(request),
            "dialog": rollback_dialog(request),
        }
        return TemplateResponse(request, "suggestions/rollout.html", context)


def may_edit(request: HttpRequest) -> bool:
    """Tell whether the caller may change the canary in any direction."""
    return request.user.has_perm(RAISE_CANARY) or request.user.has_perm(LOWER_CANARY)


def rollout_form(request: HttpRequest, state: RolloutState, data: QueryDict | None = None) -> RolloutForm:
    """Return the form with what the caller may do."""
    return RolloutForm(
        data,
        state=state,
        may_raise=request.user.has_perm(RAISE_CANARY),
        may_override=request.user.has_perm(OVERRIDE_GATE),
    )


def presets(policy: Policy) -> list[str]:
    """Return the steps as the numbers of percent that the form takes."""
    return [f"{step / 100:g}" for step in policy.steps]


def _apply(user: User, form: RolloutForm) -> RolloutChange | RolloutProposal:
    reason, version = form.cleaned_data["reason"], form.expected_version
    if form.is_percentage_kept:
        blind = form.cleaned_data["blind"]
        return set_blind_share(blind, by=user, reason=reason, origin=_ADMIN, expected_version=version)
    return change_canary(
        form.cleaned_data["percentage"],
        by=user,
        reason=reason,
        origin=_ADMIN,
        expected_version=version,
        override=form.is_override,
    )


def _describe(outcome: RolloutChange | RolloutProposal) -> str:
    if isinstance(outcome, RolloutProposal):
        return f"Proposed {outcome}: nothing has changed yet. Another admin has to approve it."
    if outcome.to_blind_share is not None:
        return f"Saved: {outcome}, from the next request on."
    before, after = in_percent(outcome.from_percentage), in_percent(outcome.to_percentage)
    return f"The canary moved from {before} to {after}, from the next request on."


def rollback_dialog(request: HttpRequest) -> dict[str, object] | None:
    """Return the way down as a dialog; None for those who may not take it."""
    if not request.user.has_perm(LOWER_CANARY):
        return None
    return questions.roll_back().dialog("roll-back")
