"""Proposals in the admin: their list, and what a second person decides about them."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from unfold.decorators import display

from console.confirmation import Question, ask
from console.model_admin import ReadOnlyAdmin
from suggestions.admin.rollout import questions
from suggestions.domain.percentage import in_percent
from suggestions.models import RolloutChange, RolloutProposal
from suggestions.ramp.proposals import ProposalDecision, approve, reject, withdraw
from suggestions.roles import RAISE_CANARY
from suggestions.rollout import RolloutRefused

_VARIANTS: Final = {"open": "info", "approved": "success", "rejected": "danger", "stale": "warning"}


@admin.register(RolloutProposal)
class RolloutProposalAdmin(ReadOnlyAdmin):
    """Every request to widen the canary, and what became of it."""

    list_display = ("change", "shown_status", "reason", "proposer", "proposed_at", "decided_by", "decided_at")
    list_filter = ("status", "proposed_at")
    nothing_yet = "A proposal is made on the Rollout page, where the policy asks for a second person."
    search_fields = ("reason", "decision_reason", "proposer")
    fields = (
        ("change", "shown_status"),
        "reason",
        ("proposer", "proposed_at", "is_override"),
        ("shown_decider", "decided_at"),
        "decision_reason",
    )
    readonly_fields = ("change", "shown_status", "shown_decider")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[RolloutProposal]:
        """Read the proposals with who decided about them."""
        return RolloutProposal.objects.select_related("decided_by")

    def get_urls(self) -> list[URLPattern]:
        """Add what may be decided."""
        own = {"approve": self.approve, "reject": self.reject, "withdraw": self.withdraw}
        return [
            path(
                f"<int:proposal_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"suggestions_rolloutproposal_{name}",
            )
            for name, view in own.items()
        ] + list(super().get_urls())

    @display(description="Change")
    def change(self, proposal: RolloutProposal) -> str:
        """Show from and to."""
        return str(proposal)

    @display(description="Status", label=_VARIANTS)
    def shown_status(self, proposal: RolloutProposal) -> str:
        """Show what became of it."""
        return proposal.status

    @display(description="Decided by")
    def shown_decider(self, proposal: RolloutProposal) -> str:
        """Name who decided; a link would lead most readers to a page they may not open."""
        return str(proposal.decided_by or "–")

    def approve(self, request: HttpRequest, proposal_id: int) -> HttpResponse:
        """Ask for a reason, then widen the canary as proposed."""

        def widen(decision: ProposalDecision) -> str:
            change = approve(proposal_id, decision)
            to = in_percent(change.to_percentage)
            return f"Approved: the canary moved to {to}, from the next request on."

        return self._decide(request, proposal_id, questions.approve, widen)

    def reject(self, request: HttpRequest, proposal_id: int) -> HttpResponse:
        """Ask for a reason, then close the proposal."""

        def close(decision: ProposalDecision) -> str:
            reject(proposal_id, decision)
            return "Rejected: nothing has changed."

        return self._decide(request, proposal_id, questions.reject, close)

    def withdraw(self, request: HttpRequest, proposal_id: int) -> HttpResponse:
        """Ask for a reason, then take the proposal back."""

        def take_back(decision: ProposalDecision) -> str:
            withdraw(proposal_id, decision)
            return "Withdrawn: nothing has changed."

        return self._decide(request, proposal_id, questions.withdraw, take_back)

    def _decide(
        self,
        request: HttpRequest,
        proposal_id: int,
        question: Callable[[RolloutProposal], Question],
        act: Callable[[ProposalDecision], str],
    ) -> HttpResponse:
        user: Any = request.user
        if not user.has_perm(RAISE_CANARY):
            raise PermissionDenied
        proposal = RolloutProposal.objects.filter(pk=proposal_id).first()
        if proposal is None:
            return self.lead_from_lost(request, f"Proposal {proposal_id}", questions.PAGE)

        def answer(reason: str) -> HttpResponse:
            try:
                said = act(ProposalDecision(user, reason, RolloutChange.Origin.ADMIN))
            except RolloutRefused as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                self.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(reverse(questions.PAGE))

        return ask(self, request, question(proposal), answer)
