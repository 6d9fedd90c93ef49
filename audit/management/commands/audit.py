"""manage.py audit: verify, list and export the log, and restore a head that was lost."""

from datetime import UTC
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from audit.domain.changes import describe_change
from audit.head import HeadNotRestored, restore_head
from audit.log import LogUnavailable
from audit.models import AuditEntry
from audit.verifying import CHUNK, verify_log
from console.numbers import positive
from console.progress import shown_progress

SHOWN_ENTRIES = 20


class Command(BaseCommand):
    """Verify, list and export the log: everything the admin page can do, and the restoration of its head."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Define verify, list, export and restore-head."""
        actions = parser.add_subparsers(dest="action", required=True)
        verify = actions.add_parser("verify", help="find the first entry that was edited, removed or added")
        verify.set_defaults(act=self._verify)
        listing = actions.add_parser("list", help="show the latest entries, the newest last")
        listing.add_argument("--kind", choices=AuditEntry.Kind.values, help="entries of this kind alone")
        listing.add_argument("--last", type=positive, default=SHOWN_ENTRIES, help="how many of them")
        listing.set_defaults(act=self._list)
        export = actions.add_parser("export", help="write all entries with their hashes, a line of JSON each")
        export.set_defaults(act=self._export)
        restore = actions.add_parser("restore-head", help="make a lost head again from the last entry")
        restore.add_argument("--reason", required=True)
        restore.set_defaults(act=self._restore_head)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the action asked for."""
        try:
            options["act"](options)
        except DatabaseError as error:
            raise CommandError(
                f"The audit log cannot be read ({type(error).__name__}); run `manage.py migrate`, "
                "and look at the rights on audit_auditentry and audit_audithead."
            ) from error

    def _verify(self, _options: dict[str, Any]) -> None:
        total = AuditEntry.objects.count()
        with shown_progress("verifying", total, self.stdout) as report:
            found = verify_log(report)
            report(total)
        if found.problem is not None:
            raise CommandError(found.summary)
        self.stdout.write(found.summary)

    def _list(self, options: dict[str, Any]) -> None:
        entries = AuditEntry.objects.all()
        if options["kind"]:
            entries = entries.filter(kind=options["kind"])
        latest = list(entries[: options["last"]])
        if not latest:
            self.stdout.write("No entry yet.")
        for entry in reversed(latest):
            change = describe_change(entry.before, entry.after)
            who = entry.actor or entry.origin
            words = [f"{entry.sequence}  {entry.recorded_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"]
            words += [f"{entry.kind:<10}  {entry.subject}", change, f"by {who}: {entry.reason or '–'}"]
            self.stdout.write("  ".join(word for word in words if word))

    def _export(self, _options: dict[str, Any]) -> None:
        for entry in AuditEntry.objects.order_by("sequence").iterator(chunk_size=CHUNK):
            # The content as it was hashed, byte by byte, so that others can verify the file.
            self.stdout.write(
                f'{{"entry":{entry.content},"previous_hash":"{entry.previous_hash}","hash":"{entry.hash}"}}'
            )

    def _restore_head(self, options: dict[str, Any]) -> None:
        if not options["reason"].strip():
            raise CommandError("Say why: the reason stands in the log.")
        try:
            entry = restore_head(reason=options["reason"])
        except (HeadNotRestored, LogUnavailable) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"The log has its head again; entry {entry.sequence} says so.")
