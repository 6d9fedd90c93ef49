"""`manage.py models …`: see, train, promote and roll back model versions."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mlmodels import services
from mlmodels.management import artifacts, changing, comparing, drift, schedule, training, versions
from mlmodels.management.acting import Act


class Command(BaseCommand):
    """See, train, promote and roll back model versions."""

    help = "See, train, promote and roll back model versions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the actions."""
        parser.formatter_class = RawDescriptionHelpFormatter
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        for part in (versions, training, schedule, drift, comparing, changing, artifacts):
            part.add_actions(actions)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the action asked for."""
        act: Act = options["act"]
        try:
            act(options, self.stdout)
        except services.RegistryRefused as error:
            raise CommandError(error.detail) from error
