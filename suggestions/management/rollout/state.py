"""Show, set, roll back and watch the canary, and tell a user's bucket."""

from typing import Any, Final

from django.core.management.base import CommandError

from suggestions.domain.bucketing import bucket_of
from suggestions.domain.percentage import in_percent
from suggestions.domain.ramp.gate import describe_left
from suggestions.evidence.reading import current_evidence
from suggestions.management.client_named import client_named
from suggestions.management.rollout.acting import (
    ORIGIN,
    Options,
    Say,
    actor,
    add_reason,
    announce,
    percentage,
)
from suggestions.models import RolloutChange
from suggestions.ramp.canary import change_canary
from suggestions.ramp.next_step import next_step
from suggestions.ramp.proposals import open_proposal
from suggestions.ramp.recommending import recommend_now
from suggestions.ramp.rights import require
from suggestions.ramp.watching import evaluate
from suggestions.roles import LOWER_CANARY, RAISE_CANARY
from suggestions.rollout import read_rollout, roll_back, set_blind_share
from suggestions.standing import open_holds, placed_by, read_ground

SHOWN_CHANGES: Final = 10


def add_actions(actions: Any) -> None:
    """Define status, show, set, rollback, blind, evaluate and bucket."""
    status = actions.add_parser("status", help="the percentage and the one thing to do next, in one line")
    status.set_defaults(act=_show_status)
    show = actions.add_parser("show", help="the state, the next step and the last changes")
    show.set_defaults(act=_show)
    set_parser = actions.add_parser(
        "set", help="set the percentage, such as 10%% or 2.5%%; upward through the gates"
    )
    set_parser.add_argument("percentage")
    set_parser.add_argument(
        "--override", action="store_true", help="raise past the gates; the log says so, with the reason"
    )
    add_reason(set_parser)
    set_parser.set_defaults(act=_set)
    rollback = actions.add_parser("rollback", help="serve everybody by rules, at once")
    add_reason(rollback)
    rollback.set_defaults(act=_roll_back)
    blind = actions.add_parser(
        "blind", help="set the share of transactions without a suggestion, such as 1%%"
    )
    blind.add_argument("percentage")
    add_reason(blind)
    blind.set_defaults(act=_set_blind)
    watch = actions.add_parser("evaluate", help="let the guardrails act now, as beat does twice a minute")
    watch.set_defaults(act=_evaluate)
    bucket = actions.add_parser("bucket", help="the bucket of a user, and whether the model serves them")
    bucket.add_argument("user_id")
    bucket.add_argument("--client", required=True, help="the client's name")
    bucket.set_defaults(act=_show_bucket)


def _show_status(_options: Options, say: Say) -> None:
    found, state = recommend_now(current_evidence()), read_rollout()
    say(
        f"{in_percent(state.percentage)} (version {state.version}). {found.title}. "
        f"{'; '.join(found.reasons)}."
    )


def _show(_options: Options, say: Say) -> None:
    state = read_rollout()
    if not state.is_readable:
        raise CommandError("There is no valid rollout row, so everybody is served by rules; run bootstrap.")
    say(f"{in_percent(state.percentage)} of users served by the model (version {state.version})")
    if state.blind_share:
        say(f"{in_percent(state.blind_share)} of transactions without a suggestion (blind slice)")
    _show_next_step(say)
    for change in RolloutChange.objects.select_related("changed_by")[:SHOWN_CHANGES]:
        who = change.changed_by.get_username() if change.changed_by else change.origin
        past = " past the gates" if change.is_overridden else ""
        say(
            f"  {change.changed_at:%Y-%m-%d %H:%M} v{change.version} {change}{past} by {who}: {change.reason}"
        )


def _show_next_step(say: Say) -> None:
    evidence = current_evidence()
    say(f"To do: {recommend_now(evidence).title}")
    step = next_step(evidence, read_ground())
    if step.to is None:
        say("The last step is reached.")
    else:
        is_open = "is open" if not step.blockers else "is not open yet"
        say(f"Next step {in_percent(step.to)} {is_open}")
    for blocker in step.blockers:
        say(f"  - {blocker}")
    if step.left:
        say(f"Stay here for another {describe_left(step.left)}")
    for hold in open_holds():
        say(f"Hold {hold.pk} by {placed_by(hold)}: {hold.reason}")
    proposal = open_proposal()
    if proposal is not None:
        say(f"Proposal {proposal.pk} {proposal} by {proposal.proposer} waits: {proposal.reason}")


def _set(options: Options, say: Say) -> None:
    outcome = change_canary(
        percentage(options),
        by=actor(options),
        reason=options["reason"],
        origin=ORIGIN,
        override=options["override"],
    )
    announce(outcome, say)


def _roll_back(options: Options, say: Say) -> None:
    by = actor(options)
    require(by, LOWER_CANARY, "roll back")
    announce(roll_back(by=by, reason=options["reason"], origin=ORIGIN), say)


def _set_blind(options: Options, say: Say) -> None:
    by, share = actor(options), percentage(options)
    require(by, RAISE_CANARY, "set the blind slice")
    change = set_blind_share(share, by=by, reason=options["reason"], origin=ORIGIN)
    say(
        f"Nothing is shown for {in_percent(share)} of transactions (version {change.version}), from "
        "the next request on."
    )


def _evaluate(_options: Options, say: Say) -> None:
    watched = evaluate()
    for guardrail in watched.evidence.guardrails:
        fired = "FIRED" if guardrail.has_fired else "quiet"
        say(f"{guardrail.title}: {fired}, {guardrail.detail}")
    for hold in watched.holds:
        say(f"Hold {hold.pk} placed: {hold.reason}")
    if watched.change is not None:
        announce(watched.change, say)
    elif not watched.holds:
        say("Nothing was done.")


def _show_bucket(options: Options, say: Say) -> None:
    client = client_named(options["client"])
    rollout = read_rollout()
    if not rollout.is_readable:
        raise CommandError("There is no rollout yet, so nobody has a bucket: run `manage.py bootstrap`.")
    bucket = bucket_of(options["user_id"], client_id=client.pk, salt=rollout.salt)
    served = "the model" if bucket < rollout.percentage else "the rules"
    say(f"bucket {bucket} of 10000: served by {served} at {in_percent(rollout.percentage)}")
