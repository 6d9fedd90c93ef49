"""manage.py rollout: show, widen, narrow, hold and watch the share of users served by the model."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from suggestions.management.rollout import holding, policy, proposing, state
from suggestions.management.rollout.acting import Act
from suggestions.rollout import RolloutRefused


class Command(BaseCommand):
    """Do with the canary everything the admin pages can do."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the actions."""
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        for part in (state, proposing, holding, policy):
            part.add_actions(actions)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the action asked for."""
        act: Act = options["act"]
        try:
            act(options, self.stdout.write)
        except RolloutRefused as refusal:
            raise CommandError(str(refusal)) from None
