"""Propose a wider canary, and decide about the proposal as a second person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models.functions import Now

from suggestions.clock import database_now
from suggestions.domain.percentage import in_percent
from suggestions.domain.ramp.gate import Standing, blockers, held_by
from suggestions.domain.ramp.judging import Evidence
from suggestions.domain.ramp.policy import Policy
from suggestions.evidence.reading import current_evidence
from suggestions.models import RolloutChange, RolloutProposal
from suggestions.ramp import decision_log
from suggestions.ramp.gates import CHAMPION_CHANGED, Look, OpenStep
from suggestions.ramp.policy import read_policy
from suggestions.ramp.rights import NotAllowed, require
from suggestions.roles import OVERRIDE_GATE, RAISE_CANARY
from suggestions.rollout import (
    OVERRIDDEN,
    RolloutConflict,
    RolloutRefused,
    lock_rollout,
    set_percentage,
    stated,
)
from suggestions.standing import read_standing

Status = RolloutProposal.Status
Origin = RolloutChange.Origin


class ProposalClosed(RolloutRefused):
    """There is no such open proposal, or there is an open one already."""


class ProposalStale(RolloutRefused):
    """What the proposal rested on is no longer so; nothing was changed."""


@dataclass(frozen=True, slots=True)
class ProposalDecision:
    """Who decides about a proposal, why and from where."""

    by: User | None
    """None: a command without a name, which may not approve."""
    reason: str
    origin: Origin

    def __post_init__(self) -> None:
        stated(self.reason)


def open_proposal() -> RolloutProposal | None:
    """Return the proposal that waits for a decision; None when there is none."""
    return RolloutProposal.objects.filter(status=Status.OPEN).select_related("proposed_by").first()


def propose(step: OpenStep) -> RolloutProposal:
    """Write down the wish for a second person; the rollout is locked by whoever opened the step.

    Raises:
        NotAllowed: nobody is named as the proposer.
        ProposalClosed: another proposal waits already.
    """
    wish = step.wish
    if wish.by is None:
        raise NotAllowed("A proposal needs a name, since nobody may approve their own: say --as USERNAME.")
    waiting = open_proposal()
    if waiting is not None:
        _make_room(waiting, step.standing, wish.origin)
    proposal = RolloutProposal.objects.create(
        from_percentage=step.standing.percentage,
        to_percentage=wish.to,
        rollout_version=step.standing.version,
        champion_id=step.standing.champion_id,
        is_override=OVERRIDDEN in step.evidence,
        reason=wish.reason.strip()[:500],
        proposed_by=wish.by,
        proposer=wish.by.get_username(),
        evidence=step.evidence,
    )
    _record(proposal, ProposalDecision(wish.by, wish.reason, wish.origin), evidence=step.evidence)
    return proposal


def approve(proposal_id: int, decision: ProposalDecision, *, look: Look = current_evidence) -> RolloutChange:
    """Widen the canary as proposed, as another person than the proposer.

    Raises:
        NotAllowed: the person may not, is the proposer, or is not named.
        ProposalClosed: there is no such open proposal.
        ProposalStale: the rollout, the champion or the evidence is another one, or it waited too long.
        RolloutConflict: the champion changed while the evidence was read.
    """
    if decision.by is None:
        raise NotAllowed("An approval needs a name, since nobody may approve their own: say --as USERNAME.")
    require(decision.by, RAISE_CANARY, "approve a proposal")
    before = read_standing()
    evidence = look()  # not under the lock: a roll back must never wait for it
    with transaction.atomic():
        lock_rollout()
        proposal, standing = _waiting(proposal_id), read_standing()
        if standing.champion_id != before.champion_id:
            raise RolloutConflict(CHAMPION_CHANGED)
        if is_own(decision.by, proposal):
            raise NotAllowed("Nobody approves their own proposal: ask another admin, or withdraw it.")
        if proposal.is_override:
            require(decision.by, OVERRIDE_GATE, "approve what goes past the gates")
        stale = list(_staleness(proposal, evidence, read_policy(), standing, database_now()))
        if not stale:
            return _carry_out(proposal, decision, evidence)
        _close(proposal, Status.STALE, decision, because=" ".join(stale))
    raise ProposalStale(f"Not approved, and the proposal is closed. {' '.join(stale)} Propose it again.")


def reject(proposal_id: int, decision: ProposalDecision) -> RolloutProposal:
    """Close a proposal without a change.

    Raises:
        NotAllowed: the person may not.
        ProposalClosed: there is no such open proposal.
    """
    require(decision.by, RAISE_CANARY, "reject a proposal")
    return _end(proposal_id, Status.REJECTED, decision)


def withdraw(proposal_id: int, decision: ProposalDecision) -> RolloutProposal:
    """Take a proposal back, as its proposer or as an admin.

    Raises:
        NotAllowed: the person is neither.
        ProposalClosed: there is no such open proposal.
    """
    if decision.by is None or decision.by.pk != _waiting(proposal_id).proposed_by_id:
        require(decision.by, RAISE_CANARY, "withdraw somebody else's proposal")
    return _end(proposal_id, Status.WITHDRAWN, decision)


def is_own(user: User | AnonymousUser, proposal: RolloutProposal) -> bool:
    """Tell whether a proposal is somebody's own: “Alice” and “alice” may be two accounts, but one person."""
    mine, theirs = (name.casefold().strip() for name in (user.get_username(), proposal.proposer))
    return mine == theirs or (user.pk is not None and user.pk == proposal.proposed_by_id)


def what_moved(proposal: RolloutProposal, policy: Policy, standing: Standing, now: datetime) -> Iterator[str]:
    """Say what is no longer as it was when a proposal was made; sentences without a full stop."""
    if proposal.rollout_version != standing.version:
        yield f"The rollout was changed since: it is at {in_percent(standing.percentage)}"
    if proposal.champion_id != standing.champion_id:
        yield "The champion is another version than proposed"
    if now - proposal.proposed_at > timedelta(hours=policy.proposal_hours):
        yield f"It waited for more than {policy.proposal_hours} hours, so its evidence is old"


def make_stale(because: str, *, origin: Origin) -> None:
    """Close the proposal that waits, if there is one; call it with the rollout locked."""
    proposal = open_proposal()
    if proposal is not None:
        _close(proposal, Status.STALE, ProposalDecision(None, because, origin))


def _waiting(proposal_id: int) -> RolloutProposal:
    proposal = RolloutProposal.objects.filter(pk=proposal_id).first()
    if proposal is None:
        raise ProposalClosed(f"There is no proposal {proposal_id}.")
    if proposal.status != Status.OPEN:
        raise ProposalClosed(f"Proposal {proposal_id} was decided already: it is {proposal.status}.")
    return proposal


def _make_room(waiting: RolloutProposal, standing: Standing, origin: Origin) -> None:
    if waiting.rollout_version == standing.version and waiting.champion_id == standing.champion_id:
        raise ProposalClosed(
            f"Proposal {waiting.pk} ({waiting}) by {waiting.proposer} waits already: decide about it first."
        )
    make_stale("Another one was made on the new state.", origin=origin)


def _staleness(
    proposal: RolloutProposal, evidence: Evidence, policy: Policy, standing: Standing, now: datetime
) -> Iterator[str]:
    stands_before = blockers(evidence, policy, standing, to=proposal.to_percentage, now=now)
    closed = held_by(standing) if proposal.is_override else stands_before
    for reason in (*what_moved(proposal, policy, standing, now), *closed):
        yield f"{reason}."


def _carry_out(proposal: RolloutProposal, decision: ProposalDecision, evidence: Evidence) -> RolloutChange:
    known = evidence.to_json() | {"proposal": proposal.pk, "proposed_by": proposal.proposer}
    if proposal.is_override:
        # What was passed when it was proposed, and what stands before it now.
        now = blockers(
            evidence, read_policy(), read_standing(), to=proposal.to_percentage, now=database_now()
        )
        known[OVERRIDDEN] = list(dict.fromkeys([*proposal.evidence[OVERRIDDEN], *now]))
    change = set_percentage(
        proposal.to_percentage,
        by=decision.by,
        reason=_both(proposal, decision),
        origin=decision.origin,
        expected_version=proposal.rollout_version,
        evidence=known,
    )
    _close(proposal, Status.APPROVED, decision)
    return change


def _both(proposal: RolloutProposal, decision: ProposalDecision) -> str:
    # The log's line holds 500 characters: whole, both reasons stand in the proposal and its entries.
    proposed, approved = (
        one if len(one) <= 200 else f"{one[:198]} …" for one in (proposal.reason, decision.reason.strip())
    )
    return f"{proposed} (proposed by {proposal.proposer[:50]}; approved: {approved})"


def _end(proposal_id: int, status: Status, decision: ProposalDecision) -> RolloutProposal:
    with transaction.atomic():
        lock_rollout()
        proposal = _waiting(proposal_id)
        _close(proposal, status, decision)
    return proposal


def _close(
    proposal: RolloutProposal, status: Status, decision: ProposalDecision, *, because: str = ""
) -> None:
    proposal.status = status
    proposal.decided_by, proposal.decided_at = decision.by, Now()
    proposal.decision_reason = (because or decision.reason.strip())[:2000]
    proposal.save(update_fields=["status", "decided_by", "decided_at", "decision_reason"])
    proposal.refresh_from_db(fields=["decided_at"])
    _record(proposal, decision, because=because)


def _record(
    proposal: RolloutProposal,
    decision: ProposalDecision,
    *,
    because: str = "",
    evidence: Mapping[str, object] | None = None,
) -> None:
    # A proposal that was overtaken by a way down is closed whether or not that can be logged.
    write = decision_log.record_or_report if proposal.status == Status.STALE else decision_log.record
    facts: decision_log.Facts = {
        "after": {
            "status": str(proposal.status),
            "from": proposal.from_percentage / 100,
            "to": proposal.to_percentage / 100,
        },
        "evidence": evidence or {},
    }
    write(
        decision_log.Kind.APPROVAL if proposal.status == Status.APPROVED else decision_log.Kind.PROPOSAL,
        f"proposal {proposal.pk}",
        by=decision.by,
        origin=decision.origin,
        reason=because or decision.reason,
        facts=facts,
    )
