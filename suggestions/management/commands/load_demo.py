"""manage.py load_demo: people to log in as, a client with a key, and transactions to look at."""

import time
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from console.numbers import positive
from console.progress import shown_progress
from suggestions.demo.accounts import CLIENT_NAME, CREDENTIALS_FILE, create_accounts
from suggestions.demo.generator import generate_transactions
from suggestions.intake import upsert_transactions
from suggestions.models import Client

BATCH = 2_000


class Command(BaseCommand):
    """Create the demo's people and transactions; what exists already is kept as it is."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Define how large the demo is, and whether it has transactions at all."""
        parser.add_argument("--seed", type=int, default=1, help="another seed, another demo (default 1)")
        parser.add_argument("--users", type=positive, default=300, help="end users (default 300)")
        parser.add_argument("--transactions", type=positive, default=20_000, help="at most (default 20000)")
        parser.add_argument(
            "--end", type=date.fromisoformat, help="the last day, such as 2026-01-31 (default today)"
        )
        parser.add_argument("--people-only", action="store_true", help="accounts and keys, no transactions")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create what is missing."""
        folder = Path(settings.LOCAL_DIR)
        try:
            created = create_accounts(folder)
        except OSError as error:
            raise CommandError(
                f"Cannot write {folder / CREDENTIALS_FILE} ({error.strerror}): no account was created. "
                "Make the folder writable, or set LMSUGGEST_HOME to another."
            ) from None
        if created:
            self.stdout.write(
                f"Created {', '.join(created)}; their secrets are in {folder / CREDENTIALS_FILE}."
            )
        else:
            self.stdout.write("Accounts: already there.")
            if not (folder / CREDENTIALS_FILE).exists():
                self.stdout.write(
                    f"{CREDENTIALS_FILE} is gone: set new passwords with `manage.py changepassword admin`, "
                    "and create new keys in the admin."
                )
        if not options["people_only"]:
            self._load_transactions(options)

    def _load_transactions(self, options: dict[str, Any]) -> None:
        client = Client.objects.get(name=CLIENT_NAME)
        known = client.transactions.count()
        if known:
            self.stdout.write(f"Transactions: {known:,} already there.")
            return
        started = time.monotonic()
        rows = generate_transactions(
            seed=options["seed"],
            users=options["users"],
            transactions=options["transactions"],
            end=options["end"] or timezone.localdate(),
        )
        # All or none: a demo cut short would pass for a whole one at the next start.
        with transaction.atomic(), shown_progress("Loading the demo", len(rows), self.stdout) as report:
            for at in range(0, len(rows), BATCH):
                batch = rows[at : at + BATCH]
                upsert_transactions(client, batch)
                report(at + len(batch))
        users = len({row.user_id for row in rows})
        seconds = time.monotonic() - started
        self.stdout.write(f"Transactions: {len(rows):,} of {users:,} users loaded in {seconds:.1f} s.")
