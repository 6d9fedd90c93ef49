"""What is to be done next about the rollout as it stands now."""

from typing import Any

from mlmodels import services
from mlmodels.models import TrainingRun
from suggestions.domain.ramp.judging import Evidence
from suggestions.domain.ramp.recommendation import Outlook, Recommendation, WaitingProposal, recommend
from suggestions.models import RolloutProposal
from suggestions.ramp.proposals import open_proposal, what_moved
from suggestions.standing import Ground, read_ground


def recommend_on(
    ground: Ground, evidence: Evidence, *, proposal: RolloutProposal | None, run: TrainingRun | None
) -> Recommendation:
    """Return the one thing to do; `proposal` is the one that waits, `run` the newest training."""
    is_silent = run is not None and services.is_silent(run)
    return recommend(
        Outlook(
            evidence=evidence,
            standing=ground.standing,
            policy=ground.policy,
            now=ground.now,
            proposal=_waiting(proposal, ground) if proposal else None,
            candidate=str(ground.candidate) if ground.candidate else "",
            is_training=run is not None and run.is_open and not is_silent,
            is_worker_silent=is_silent,
        )
    )


def _waiting(proposal: RolloutProposal, ground: Ground) -> WaitingProposal:
    return WaitingProposal(
        proposal.from_percentage,
        proposal.to_percentage,
        proposal.proposer,
        proposal.is_override,
        tuple(what_moved(proposal, ground.policy, ground.standing, ground.now)),
    )


def recommend_now(evidence: Evidence) -> Recommendation:
    """Return the one thing to do, read from the database."""
    return recommend_on(
        read_ground(), evidence, proposal=open_proposal(), run=TrainingRun.objects.order_by("-pk").first()
    )


def to_document(recommendation: Recommendation) -> dict[str, Any]:
    """Return a recommendation as the API answers it."""
    return {
        "action": recommendation.action.value,
        "title": recommendation.title,
        "reasons": list(recommendation.reasons),
    }
