"""manage.py export_disagreements: the disagreements of rules and model as CSV."""

import sys
from argparse import ArgumentTypeError
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from suggestions.inspection.disagreements import DisagreementFilter, find_disagreements, to_csv


class Command(BaseCommand):
    """Write the disagreements to a file or to standard output."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the filters of the API's route."""
        parser.add_argument("--output", type=Path, help="the file to write; standard output without it")
        parser.add_argument("--date-from", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--date-to", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--category", default="", help="the rules' or the model's category")
        parser.add_argument("--rule-category", default="", help="the rules' category")
        parser.add_argument("--model-category", default="", help="the model's category")
        parser.add_argument("--merchant", default="", help="a part of the description")
        parser.add_argument("--merchant-key", default="", help="exactly one merchant, as the admin names it")
        parser.add_argument(
            "--seen",
            dest="is_merchant_seen",
            action="store_true",
            default=None,
            help="only merchants the model knew labels of",
        )
        parser.add_argument(
            "--unseen",
            dest="is_merchant_seen",
            action="store_false",
            default=None,
            help="only merchants the model knew no labels of",
        )
        parser.add_argument("--min-confidence", type=_to_confidence, help="the model's at least, 0 to 1")
        parser.add_argument("--model-version", type=int)
        parser.add_argument("--client", default="", help="the client's name")
        parser.add_argument(
            "--with-descriptions", action="store_true", help="raw descriptions are left out otherwise"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write header and rows, and say how many there were."""
        names = DisagreementFilter.__slots__
        events = find_disagreements(
            DisagreementFilter(**{name: options[name] for name in names if name in options})
        )
        count = -1  # the header is no disagreement
        try:
            target = options["output"].open("w", newline="") if options["output"] else nullcontext(sys.stdout)
        except OSError as error:
            raise CommandError(f"{options['output']} cannot be written: {error.strerror}") from None
        with target as file:
            for line in to_csv(events, is_redacted=not options["with_descriptions"]):
                file.write(line)
                count += 1
        self.stderr.write(f"{count:,} disagreements written.")


def _to_confidence(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"{text!r} is no confidence: give a number from 0 to 1")
    return value
