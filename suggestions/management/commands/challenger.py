"""manage.py challenger: how the challenger does beside champion and rules."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from console.numbers import positive
from mlmodels import services
from mlmodels.domain.figures import to_percent
from suggestions.evidence.challenger_comparison import NEWEST, Agreement, ThreeWay, compare_challenger


class Command(BaseCommand):
    """Show what the challenger said in the shadow."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Define show."""
        actions = parser.add_subparsers(dest="action", required=True)
        show = actions.add_parser("show", help="its newest answers beside those of champion and rules")
        show.add_argument(
            "--newest", type=positive, default=NEWEST, help=f"how many of its answers (default {NEWEST})"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a paragraph for each champion the challenger stood beside."""
        challenger = services.challenger_ref()
        if challenger is None:
            self.stdout.write("There is no challenger; `manage.py models challenge VERSION` makes one.")
            return
        compared = compare_challenger(challenger.id, newest=options["newest"])
        self.stdout.write(f"Challenger v{challenger.id}")
        if not compared:
            self.stdout.write("  It has not been asked yet: it is with each suggestion that clients ask for.")
        for one in compared:
            self._write(one)

    def _write(self, one: ThreeWay) -> None:
        beside = f"champion v{one.champion_id}" if one.champion_id else "no champion"
        self.stdout.write(
            f"  beside {beside}: asked {one.asked:,}, answered {one.answered:,}, failed {one.failed:,}"
        )
        self.stdout.write(f"    agrees with the champion: {_text_of(one.with_champion)}")
        self.stdout.write(f"    agrees with the rules: {_text_of(one.with_rules)}")
        self.stdout.write(
            f"    true category known of {one.known:,}: both right {one.both_right:,}, only the champion "
            f"{one.only_champion:,}, only the challenger {one.only_challenger:,}, neither {one.neither:,}"
        )


def _text_of(agreement: Agreement) -> str:
    if agreement.share is None:
        return "nothing to compare"
    return f"{to_percent(agreement.share)} of {agreement.compared:,}"
