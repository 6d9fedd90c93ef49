"""manage.py explain_suggestion: say why a transaction was served what it was, and what the model says now.

With --description instead of an id it is the playground: what rules and model say, and what would be served.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mlmodels import services
from suggestions.domain.reasons import reasons_of
from suggestions.domain.transaction_row import RowError, parse_row
from suggestions.inspection.event_steps import read_known, tell_decision
from suggestions.inspection.explaining import explain_transaction
from suggestions.inspection.playground import Played, play
from suggestions.management.client_named import client_named
from suggestions.models import SuggestionEvent, Transaction
from suggestions.serving.model_answers import Explanation

CANDIDATES = 3
FEATURES = 8
GIVEN = ("description", "amount", "currency", "date", "memo", "user_id")


class Command(BaseCommand):
    """Explain the model's answer to one transaction."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Define which transaction."""
        parser.add_argument("txn_id", type=int, nargs="?", help="the transaction, as the API names it")
        parser.add_argument("--client", help="whose rules, categories and labels, by its name")
        for name in GIVEN:
            parser.add_argument(f"--{name.replace('_', '-')}", default="")
        parser.add_argument("--candidates", type=int, default=CANDIDATES, help="how many (default 3)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the candidates, best first, each with the features that count most."""
        explanation = self._play(options) if options["txn_id"] is None else self._tell(options["txn_id"])
        if not explanation.candidates:
            self.stdout.write("The client has no category that could be suggested.")
        if explanation.withheld:
            self.stdout.write(f"The model withholds this answer: {explanation.withheld}.")
        for candidate in explanation.candidates[: options["candidates"]]:
            self._write(candidate)

    def _tell(self, txn_id: int) -> Explanation:
        row = Transaction.objects.filter(pk=txn_id).first()
        if row is None:
            raise CommandError(f"There is no transaction {txn_id}.")
        event = SuggestionEvent.objects.filter(transaction=row).order_by("-id").first()
        if event is None:
            self.stdout.write("Nothing was suggested for it yet.")
        else:
            self._write_steps(event, row)
        self.stdout.write("The model now:")
        return _explain(row)

    def _write_steps(self, event: SuggestionEvent, row: Transaction) -> None:
        self.stdout.write(f"Suggestion {event.pk} of {event.created_at:%Y-%m-%d %H:%M:%S %Z}:")
        for place, step in enumerate(tell_decision(event, row.user_id, read_known(event)), start=1):
            target = f" [{step.target.label}]" if step.target else ""
            self.stdout.write(f"  {place}. {step.title}: {step.text}{target}")

    def _play(self, options: dict[str, Any]) -> Explanation:
        if not (options["client"] and options["description"]):
            raise CommandError("Give a transaction, or --client, --description, --amount and --currency.")
        given = {name: options[name] for name in GIVEN}
        given["date"] = given["date"] or timezone.localdate().isoformat()
        try:
            row = parse_row({"external_id": "playground"} | given)
        except RowError as error:
            raise CommandError(f"--{error.field.replace('_', '-')} {error.detail}") from error
        played = play(client_named(options["client"]).pk, row)
        self._write_decision(played)
        if played.explanation is None:
            raise _silent(played.answer.failure)
        return played.explanation

    def _write_decision(self, played: Played) -> None:
        for match in played.matches:
            self.stdout.write(f"{match.candidate.reason}: {match.rule.category}")
        if not played.matches:
            self.stdout.write("No rule matches.")
        bucket = "no bucket" if played.bucket is None else f"bucket {played.bucket} of 10000"
        reason = f" ({played.fallback})" if played.fallback else ""
        self.stdout.write(f"Served by: {played.decision.source}{reason}; {bucket}; {played.decision.state}")

    def _write(self, candidate: services.Contribution) -> None:
        ranked = candidate.ranked
        self.stdout.write(f"{ranked.category}  {ranked.confidence:.3f}")
        self.stdout.write(f"  because: {'; '.join(reasons_of(ranked.evidence))}")
        self.stdout.write(f"  {candidate.text:+8.3f}  the text's log-probability, where the score starts")
        for name, value, gain in candidate.features[:FEATURES]:
            self.stdout.write(f"  {gain:+8.3f}  {name} = {value:.3f}")


def _explain(row: Transaction) -> Explanation:
    try:
        return explain_transaction(row)
    except services.ModelUnavailable as error:
        raise _silent(error.reason) from error


def _silent(reason: str) -> CommandError:
    return CommandError(f"The model does not answer: {reason}. See `manage.py models status`.")
