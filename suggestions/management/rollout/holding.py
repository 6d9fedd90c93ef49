"""Hold the canary, and lift a hold."""

from typing import Any

from suggestions.management.rollout.acting import ORIGIN, Options, Say, actor, add_reason
from suggestions.ramp.holds import lift_hold, place_hold


def add_actions(actions: Any) -> None:
    """Define hold and lift."""
    hold = actions.add_parser("hold", help="let nobody widen the canary until the hold is lifted")
    add_reason(hold)
    hold.set_defaults(act=_hold)
    lift = actions.add_parser("lift", help="lift a hold")
    lift.add_argument("hold", type=int, help="its number, as `rollout show` says it")
    add_reason(lift)
    lift.set_defaults(act=_lift)


def _hold(options: Options, say: Say) -> None:
    hold = place_hold(by=actor(options), reason=options["reason"], origin=ORIGIN)
    say(f"Hold {hold.pk} placed: nobody widens the canary until it is lifted.")


def _lift(options: Options, say: Say) -> None:
    hold = lift_hold(options["hold"], by=actor(options), reason=options["reason"], origin=ORIGIN)
    say(f"Hold {hold.pk} is lifted.")
