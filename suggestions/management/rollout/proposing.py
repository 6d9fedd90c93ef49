"""Propose a wider canary, and decide about a proposal."""

from typing import Any

from suggestions.management.rollout.acting import (
    ORIGIN,
    Options,
    Say,
    actor,
    add_reason,
    announce,
    percentage,
)
from suggestions.ramp.canary import propose_canary
from suggestions.ramp.proposals import ProposalDecision, approve, reject, withdraw


def add_actions(actions: Any) -> None:
    """Define propose, approve, reject and withdraw."""
    propose = actions.add_parser("propose", help="ask a second person to widen the canary, such as to 25%%")
    propose.add_argument("percentage")
    propose.add_argument(
        "--override", action="store_true", help="ask to go past the gates; the log says so, with the reason"
    )
    add_reason(propose)
    propose.set_defaults(act=_propose)
    deciding = {
        "approve": (_approve, "widen the canary as proposed; never as the proposer"),
        "reject": (_reject, "close a proposal without a change"),
        "withdraw": (_withdraw, "take a proposal back"),
    }
    for name, (act, text) in deciding.items():
        parser = actions.add_parser(name, help=text)
        parser.add_argument("proposal", type=int, help="its number, as `rollout show` says it")
        add_reason(parser)
        parser.set_defaults(act=act)


def _propose(options: Options, say: Say) -> None:
    proposal = propose_canary(
        percentage(options),
        by=actor(options),
        reason=options["reason"],
        origin=ORIGIN,
        override=options["override"],
    )
    announce(proposal, say)


def _approve(options: Options, say: Say) -> None:
    announce(approve(options["proposal"], _decision(options)), say)


def _reject(options: Options, say: Say) -> None:
    proposal = reject(options["proposal"], _decision(options))
    say(f"Proposal {proposal.pk} is rejected; nothing has changed.")


def _withdraw(options: Options, say: Say) -> None:
    proposal = withdraw(options["proposal"], _decision(options))
    say(f"Proposal {proposal.pk} is withdrawn; nothing has changed.")


def _decision(options: Options) -> ProposalDecision:
    return ProposalDecision(actor(options), options["reason"], ORIGIN)
