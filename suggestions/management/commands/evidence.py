"""manage.py evidence: what the evidence says of the champion and of the present step of the canary."""

import json
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from suggestions.domain.evidence.agreement import ADVICE
from suggestions.domain.ramp.criteria import SHOWN
from suggestions.domain.ramp.judging import Evidence
from suggestions.evidence import current_evidence
from suggestions.evidence_report import report_evidence
from suggestions.rollups import fold_events

DEFAULT_HOURS = 48


class Command(BaseCommand):
    """Show the verdict with its bounds, model against rules, the criteria and the guardrails."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the period and the form."""
        parser.add_argument("--hours", type=int, default=DEFAULT_HOURS, help="the period of the counts")
        parser.add_argument("--json", action="store_true", help="what GET /ml/evidence answers")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count everything that is new, then say what it says."""
        fold_events()
        now = timezone.now()
        evidence = current_evidence(now=now)
        if options["json"]:
            report = report_evidence(evidence, since=now - timedelta(hours=options["hours"]))
            self.stdout.write(json.dumps(report, indent=2, cls=DjangoJSONEncoder))
        else:
            self._tell(evidence)

    def _tell(self, evidence: Evidence) -> None:
        agreement, champion = evidence.agreement, evidence.inputs.champion_id
        self.stdout.write(f"{agreement.verdict}: {ADVICE[agreement.verdict]}")
        self.stdout.write(f"Champion: {f'v{champion}' if champion else 'none'}")
        self.stdout.write(f"The matrix, read literally: {agreement.literal}")
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
