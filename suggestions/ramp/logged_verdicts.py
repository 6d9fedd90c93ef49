"""Recompute the verdicts that stand in the log, and name the first that does not come out again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from audit.models import AuditEntry
from suggestions.domain.ramp.recomputing import Difference, first_difference, holds_verdicts

AT_ONCE: Final = 50
"""An entry may hold the counts of some hundred groups."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What came of judging again."""

    entries: int
    """Entries with verdicts that were judged, up to the first that differs."""
    sequence: int | None = None
    """The first entry that differs; None: all are the same."""
    difference: Difference | None = None


def entries_with_evidence(sequence: int | None = None) -> QuerySet[AuditEntry]:
    """Return the entries that may hold verdicts, oldest first; with a number, that one whatever it holds."""
    if sequence is not None:
        return AuditEntry.objects.filter(pk=sequence)
    # A quick sieve: the content is JSON, in which a key is written in one way.
    may_hold = Q(content__contains='"verdicts":') | Q(content__contains='"inputs":')
    return AuditEntry.objects.filter(may_hold).order_by("sequence")


def recompute(
    entries: QuerySet[AuditEntry], report: Callable[[int], None] = lambda _done: None
) -> Recomputed:
    """Judge the counts of each entry again, report how many were read, and stop at the first difference."""
    judged = 0
    for done, entry in enumerate(entries.iterator(chunk_size=AT_ONCE), start=1):
        evidence = entry.evidence
        if holds_verdicts(evidence):
            judged += 1
            difference = first_difference(evidence)
            if difference is not None:
                return Recomputed(judged, entry.sequence, difference)
        report(done)
    return Recomputed(judged)
