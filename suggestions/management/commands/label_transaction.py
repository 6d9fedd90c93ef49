"""manage.py label_transaction: set the right category of a transaction, or withdraw what staff has set."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.log import LogUnavailable, Origin
from suggestions.labels.staff import LabelRefused, set_label, withdraw_label


class Command(BaseCommand):
    """Set or withdraw the category of one transaction."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Define which transaction, and what is done to it."""
        parser.add_argument("txn_id", type=int, help="the transaction, as the API names it")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--category", help="one of the client's active categories")
        what.add_argument("--withdraw", action="store_true", help="take back what staff has set")
        parser.add_argument("--reason", default="", help="what the next person reads in the log")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say so."""
        who: dict[str, Any] = {"by": None, "origin": Origin.COMMAND, "reason": options["reason"]}
        try:
            if options["withdraw"]:
                withdraw_label(options["txn_id"], **who)
                self.stdout.write("Withdrawn: what was known before counts again.")
            else:
                is_new = set_label(options["txn_id"], options["category"], **who)
                self.stdout.write("Set." if is_new else "It was set already.")
        except (LabelRefused, LogUnavailable) as error:
            raise CommandError(str(error)) from None
