"""Show the policy of the ramp, and change it."""

from argparse import ArgumentParser
from dataclasses import replace
from typing import Any, Final

from django.core.management.base import CommandError

from suggestions.domain.ramp.policy import LowersTo, Policy
from suggestions.domain.ramp.policy_text import (
    InvalidList,
    format_hours,
    format_steps,
    parse_hours,
    parse_steps,
)
from suggestions.management.rollout.acting import ORIGIN, Options, Say, actor, add_reason
from suggestions.ramp.policy import read_versioned, save_policy

YES_NO: Final = {"yes": True, "no": False}
_SWITCHES: Final = {
    "second_person": ("needs_second_person", "a second person approves each raise"),
    "automatic": ("is_automatic", "the next step is taken by itself once every gate is open"),
    "guardrails": ("watches", "guardrails lower and hold the canary by themselves"),
}
_FIGURES: Final = ("accuracy_margin_points", "accept_margin_points", "min_comparisons", "proposal_hours")


def add_actions(actions: Any) -> None:
    """Define policy."""
    parser: ArgumentParser = actions.add_parser(
        "policy", help="show the policy of the ramp; with options and a reason, change it"
    )
    parser.add_argument("--steps", help='percentages from 0, such as "0, 10, 25, 50, 100"')
    parser.add_argument("--dwell", help='hours to stay on each step, such as "72, 72, 168, 168, 0"')
    for flag, (_, text) in _SWITCHES.items():
        parser.add_argument(f"--{flag.replace('_', '-')}", choices=YES_NO, help=text)
    parser.add_argument(
        "--lowers-to", choices=[one.value for one in LowersTo], help="where a guardrail takes the canary"
    )
    parser.add_argument(
        "--accuracy-margin",
        type=float,
        dest="accuracy_margin_points",
        metavar="POINTS",
        help="by so much the model may be less accurate than the rules and not count as worse",
    )
    parser.add_argument(
        "--accept-margin",
        type=float,
        dest="accept_margin_points",
        metavar="POINTS",
        help="the same for the accept rate of its users",
    )
    parser.add_argument("--min-comparisons", type=int, metavar="N", help="below this there is no verdict")
    parser.add_argument("--proposal-hours", type=int, metavar="HOURS", help="how long a proposal stays open")
    add_reason(parser, required=False)
    parser.set_defaults(act=_act)


def _act(options: Options, say: Say) -> None:
    before, version = read_versioned()
    after = _changed(before, options)
    if after != before:
        if options["reason"] is None:
            raise CommandError("A change of the policy needs --reason.")
        row = save_policy(
            after, by=actor(options), reason=options["reason"], origin=ORIGIN, expected_version=version
        )
        version = row.version
    _show(after, version, say)


def _changed(policy: Policy, options: Options) -> Policy:
    values: dict[str, Any] = {name: options[name] for name in _FIGURES if options[name] is not None}
    for flag, (name, _) in _SWITCHES.items():
        if options[flag] is not None:
            values[name] = YES_NO[options[flag]]
    if options["lowers_to"] is not None:
        values["lowers_to"] = LowersTo(options["lowers_to"])
    try:
        if options["steps"] is not None:
            values["steps"] = parse_steps(options["steps"])
        if options["dwell"] is not None:
            values["dwell_hours"] = parse_hours(options["dwell"])
    except InvalidList as error:
        raise CommandError(str(error)) from None
    return replace(policy, **values)


def _show(policy: Policy, version: int, say: Say) -> None:
    word = {value: text for text, value in YES_NO.items()}
    say(f"Policy of the ramp, version {version}")
    say(f"  steps, percent:            {format_steps(policy.steps)}")
    say(f"  stay on each, hours:       {format_hours(policy.dwell_hours)}")
    say(f"  second person approves:    {word[policy.needs_second_person]}")
    say(f"  next step by itself:       {word[policy.is_automatic]}")
    say(f"  guardrails act:            {word[policy.watches]}, they lower to {policy.lowers_to}")
    say(f"  margin of accuracy:        {policy.accuracy_margin_points:g} points")
    say(f"  margin of the accept rate: {policy.accept_margin_points:g} points")
    say(f"  comparisons needed:        {policy.min_comparisons}")
    say(f"  proposals stay open:       {policy.proposal_hours} hours")
