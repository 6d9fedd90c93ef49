"""manage.py evidence: what the evidence says of the champion and the present step, and said in the log."""

import json
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError
from django.utils import timezone

from console.numbers import up_to
from console.progress import shown_progress
from mlmodels.domain.figures import to_percent
from suggestions.domain.evidence.agreement import ADVICE
from suggestions.domain.ramp.criteria import SHOWN
from suggestions.domain.ramp.judging import Evidence
from suggestions.evidence.reading import current_evidence
from suggestions.evidence.report import BY, report_evidence, report_parts
from suggestions.evidence.rollups import fold_events
from suggestions.ramp.logged_verdicts import Recomputed, entries_with_evidence, recompute
from suggestions.ramp.recommending import recommend_now, to_document

DEFAULT_HOURS = 48
LONGEST_HOURS = 10 * 366 * 24


class Command(BaseCommand):
    """Show the verdict with its bounds, model against rules, the criteria and the guardrails."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the period, the form, and recompute."""
        parser.add_argument(
            "--hours", type=up_to(LONGEST_HOURS), default=DEFAULT_HOURS, help="the period of the counts"
        )
        parser.add_argument("--by", choices=BY, default="", help="show the counts in these parts too")
        parser.add_argument("--json", action="store_true", help="what GET /ml/evidence answers")
        actions = parser.add_subparsers(dest="action", metavar="ACTION")
        again = actions.add_parser("recompute", help="judge again what the audit log keeps, and compare")
        again.add_argument("sequence", type=int, nargs="?", help="this entry alone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count everything that is new, then say what it says; or judge again what the log keeps."""
        if options["action"] == "recompute":
            self._recompute(options["sequence"])
            return
        fold_events()
        now = timezone.now()
        evidence, since = current_evidence(now=now), now - timedelta(hours=options["hours"])
        if options["json"]:
            report = report_evidence(evidence, since=since, by=options["by"])
            report["recommendation"] = to_document(recommend_now(evidence))
            self.stdout.write(json.dumps(report, indent=2, cls=DjangoJSONEncoder))
            return
        self._tell(evidence)
        if options["by"]:
            self._tell_parts(report_parts(options["by"], since=since), options["by"], options["hours"])

    def _recompute(self, sequence: int | None) -> None:
        try:
            entries = entries_with_evidence(sequence)
            total = entries.count()
            with shown_progress("recomputing", total, self.stdout) as report:
                found = recompute(entries, report)
                report(total)
        except DatabaseError as error:
            raise CommandError(
                f"The audit log cannot be read ({type(error).__name__}); run `manage.py migrate`, "
                "and look at the rights on audit_auditentry."
            ) from error
        if complaint := _complaint(found, sequence):
            raise CommandError(complaint)
        self.stdout.write(_summary(found.entries))

    def _tell(self, evidence: Evidence) -> None:
        agreement, champion = evidence.agreement, evidence.inputs.champion_id
        self.stdout.write(f"{agreement.verdict}: {ADVICE[agreement.verdict]}")
        self.stdout.write(f"Champion: {f'v{champion}' if champion else 'none'}")
        self.stdout.write(f"The matrix, read literally: {agreement.literal}")
        self.stdout.write(f"To do: {recommend_now(evidence).title}")
        for criterion in evidence.criteria:
            self.stdout.write(f"  [{criterion.status:7}] {criterion.title}: {criterion.detail}")
        self.stdout.write("Model against rules, on what became known later:")
        for outcome in evidence.outcomes:
            self.stdout.write(f"  {SHOWN[outcome.arm]:16} {outcome.text}: {outcome.standing}")
        self.stdout.write("Guardrails:")
        for one in evidence.guardrails:
            state = "FIRED" if one.has_fired else "quiet"
            self.stdout.write(
                f"  [{state}] {one.title}: {one.detail} ({one.evidence:.1f} of {one.limit:.1f})"
            )

    def _tell_parts(self, parts: list[dict[str, Any]], by: str, hours: int) -> None:
        self.stdout.write(f"By {by}, over the last {hours} hours:")
        for part in parts:
            shares = ", ".join(
                f"{name} {_percent(part[key])}"
                for name, key in (
                    ("agreement", "agreement"),
                    ("model right", "model_accuracy"),
                    ("rules right", "rule_accuracy"),
                )
            )
            self.stdout.write(f"  {part['key'] or '(none)'}: {part['suggestions']:,} suggestions; {shares}")


def _percent(share: float | None) -> str:
    return "no data" if share is None else to_percent(share)


def _complaint(found: Recomputed, sequence: int | None) -> str:
    if found.difference is not None:
        where = f"{found.difference.place}: " if found.difference.place else ""
        return (
            f"Entry {found.sequence} does not come out again. {where}{found.difference.detail}. If "
            "`manage.py audit verify` finds the log whole, a release with other formulas wrote the entry: "
            "recompute it there."
        )
    if sequence is not None and not found.entries:
        return f"There is no entry {sequence} with verdicts; `manage.py audit list` shows what there is."
    return ""


def _summary(entries: int) -> str:
    if not entries:
        return "No entry holds verdicts yet."
    said = "The verdicts of 1 entry" if entries == 1 else f"The verdicts of {entries:,} entries"
    return f"{said} recomputed, all the same."
