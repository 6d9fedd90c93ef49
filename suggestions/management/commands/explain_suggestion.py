"""manage.py explain_suggestion: say what the model answers to a transaction, and what each feature adds."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mlmodels import services
from suggestions.domain.reasons import reasons_of
from suggestions.explaining import explain_transaction
from suggestions.models import Transaction

CANDIDATES = 3
FEATURES = 8


class Command(BaseCommand):
    """Explain the model's answer to one transaction."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Define which transaction."""
        parser.add_argument("txn_id", type=int, help="the transaction, as the API names it")
        parser.add_argument("--candidates", type=int, default=CANDIDATES, help="how many (default 3)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the candidates, best first, each with the features that count most."""
        row = Transaction.objects.filter(pk=options["txn_id"]).first()
        if row is None:
            raise CommandError(f"There is no transaction {options['txn_id']}.")
        try:
            explanation = explain_transaction(row)
        except services.ModelUnavailable as error:
            raise CommandError(
                f"The model does not answer: {error.reason}. See `manage.py models status`."
            ) from error
        if not explanation.candidates:
            self.stdout.write("The client has no category that could be suggested.")
        if explanation.withheld:
            self.stdout.write(f"The model withholds this answer: {explanation.withheld}.")
        for candidate in explanation.candidates[: options["candidates"]]:
            self._write(candidate)

    def _write(self, candidate: services.Contribution) -> None:
        ranked = candidate.ranked
        self.stdout.write(f"{ranked.category}  {ranked.confidence:.3f}")
        self.stdout.write(f"  because: {'; '.join(reasons_of(ranked.evidence))}")
        self.stdout.write(f"  {candidate.text:+8.3f}  the text's log-probability, where the score starts")
        for name, value, gain in candidate.features[:FEATURES]:
            self.stdout.write(f"  {gain:+8.3f}  {name} = {value:.3f}")
