"""Verify the log as it stands in the database, while it may be appended to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from audit.domain.chain import Problem, StoredEntry, verify
from audit.models import AuditEntry, AuditHead

CHUNK = 1_000
BEFORE_ALL = -(2**63)


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found; the problem is None where the chain is whole."""

    entries: int
    problem: Problem | None
    hash: str

    @property
    def summary(self) -> str:
        """Return what was found in a sentence."""
        if self.problem is not None:
            place, fault = self.problem.sequence, self.problem.fault
            return f"The log does not hold together at entry {place} ({fault}): {self.problem.detail}."
        if not self.entries:
            return "The log is empty and whole."
        said = "The one entry is" if self.entries == 1 else f"All {self.entries:,} entries are"
        return f"{said} whole; the last hash is {self.hash}."


def verify_log(report: Callable[[int], None] = lambda _done: None) -> Verification:
    """Read all entries once, and report how many were read."""
    # In this order: whatever is appended meanwhile is known to a head that is read later.
    last = AuditEntry.objects.aggregate(last=Max("sequence"))["last"] or 0
    row = AuditHead.objects.filter(pk=1).first()
    head = row.to_value() if row else None
    until = max(last, head.sequence if head else 0)
    problem = verify(stored_entries(until, report), head)
    return Verification(until, problem, head.hash if head else "")


def stored_entries(until: int, report: Callable[[int], None] = lambda _done: None) -> Iterator[StoredEntry]:
    """Read the entries up to a number in their order, a chunk a query, and report how many were read."""
    done, after = 0, BEFORE_ALL
    # No cursor that stays open: the reader stops at the first problem.
    while chunk := list(_between(after, until)[:CHUNK]):
        for entry in chunk:
            yield entry.to_stored()
        done, after = done + len(chunk), chunk[-1].sequence
        report(done)


def _between(after: int, until: int) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(sequence__gt=after, sequence__lte=until).order_by("sequence")
