"""manage.py rollout: show, set and roll back the share of users served by the model; set the blind slice."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from suggestions.domain.bucketing import bucket_of
from suggestions.domain.percentage import InvalidPercentage, format_percentage, parse_percentage
from suggestions.models import Client, Rollout, RolloutChange
from suggestions.rollout import InvalidChange, read_rollout, roll_back, set_blind_share, set_percentage

SHOWN_CHANGES = 10


class Command(BaseCommand):
    """Show, set or roll back the canary: everything the admin page can do."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Define show, set, rollback, blind and bucket."""
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("show", help="the state and the last changes")
        set_parser = actions.add_parser("set", help="set the percentage, such as 10%% or 2.5%%")
        set_parser.add_argument("percentage")
        set_parser.add_argument("--reason", required=True)
        rollback = actions.add_parser("rollback", help="serve everybody by rules, at once")
        rollback.add_argument("--reason", required=True)
        blind = actions.add_parser(
            "blind", help="set the share of transactions without a suggestion, such as 1%%"
        )
        blind.add_argument("share")
        blind.add_argument("--reason", required=True)
        bucket = actions.add_parser("bucket", help="the bucket of a user, and whether the model serves them")
        bucket.add_argument("user_id")
        bucket.add_argument("--client", required=True, help="the client's name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the action asked for."""
        action = options["action"]
        if action == "set":
            self._set(options["percentage"], options["reason"])
        elif action == "rollback":
            self._announce(_checked(lambda: roll_back(by=None, reason=options["reason"], origin=_ORIGIN)))
        elif action == "blind":
            self._set_blind(options["share"], options["reason"])
        elif action == "bucket":
            self._show_bucket(options["client"], options["user_id"])
        else:
            self._show()

    def _set(self, text: str, reason: str) -> None:
        percentage = _parsed(text)
        self._announce(_checked(lambda: set_percentage(percentage, by=None, reason=reason, origin=_ORIGIN)))

    def _set_blind(self, text: str, reason: str) -> None:
        share = _parsed(text)
        change = _checked(lambda: set_blind_share(share, by=None, reason=reason, origin=_ORIGIN))
        self.stdout.write(
            f"Nothing is shown for {format_percentage(share)} of transactions (version {change.version}), "
            "from the next request on."
        )

    def _announce(self, change: RolloutChange) -> None:
        before, after = format_percentage(change.from_percentage), format_percentage(change.to_percentage)
        self.stdout.write(f"{before} → {after} (version {change.version}), from the next request on.")

    def _show(self) -> None:
        state = read_rollout()
        if not state.is_readable:
            raise CommandError(
                "There is no valid rollout row, so everybody is served by rules; run bootstrap."
            )
        self.stdout.write(
            f"{format_percentage(state.percentage)} of users served by the model (version {state.version})"
        )
        if state.blind_share:
            self.stdout.write(
                f"{format_percentage(state.blind_share)} of transactions without a suggestion (blind slice)"
            )
        for change in RolloutChange.objects.select_related("changed_by")[:SHOWN_CHANGES]:
            who = change.changed_by.get_username() if change.changed_by else change.origin
            self.stdout.write(
                f"  {change.changed_at:%Y-%m-%d %H:%M} v{change.version} {change} by {who}: {change.reason}"
            )

    def _show_bucket(self, client_name: str, user_id: str) -> None:
        client = Client.objects.filter(name=client_name).first()
        if client is None:
            names = ", ".join(Client.objects.values_list("name", flat=True)) or "none yet"
            raise CommandError(f"There is no client {client_name!r}; the clients are: {names}.")
        rollout = Rollout.objects.get(pk=1)
        bucket = bucket_of(user_id, client_id=client.pk, salt=rollout.salt)
        served = "the model" if bucket < rollout.percentage else "the rules"
        self.stdout.write(
            f"bucket {bucket} of 10000: served by {served} at {format_percentage(rollout.percentage)}"
        )


_ORIGIN = RolloutChange.Origin.COMMAND


def _parsed(text: str) -> int:
    try:
        return parse_percentage(text)
    except InvalidPercentage as error:
        raise CommandError(str(error)) from None


def _checked(change: Any) -> RolloutChange:
    try:
        result: RolloutChange = change()
    except InvalidChange as error:
        raise CommandError(str(error)) from None
    return result
