"""Fill a database with a large history and make the service train on it; needs Django set up."""

from collections.abc import Sequence
from itertools import islice

from django.core.management import call_command

from bench.grown import grow
from bench.measuring import Say
from bench.stages import Clock, Trained
from mlmodels.training import runs, trainer
from suggestions.domain.transaction_row import TransactionRow
from suggestions.intake import upsert_transactions
from suggestions.models import Client
from suggestions.rules.starter import install_starter_rules

_AT_ONCE = 5_000


def fill(rows: Sequence[TransactionRow], count: int, say: Say) -> None:
    """Migrate the database and write the rows into it, grown to `count`, as one client's transactions."""
    call_command("migrate", verbosity=0)
    client = Client.objects.create(name="Bank")
    written = 0
    grown = grow(rows, count)
    while batch := list(islice(grown, _AT_ONCE)):  # itertools.batched came with Python 3.12
        written += upsert_transactions(client, batch).created
        say(f"rows {written / count:.3f}")
    install_starter_rules()


def train(say: Say) -> Trained:
    """Execute a training run as the worker does, the registration included."""
    clock = Clock(say)
    version = trainer.execute(runs.request_run(runs.RunRequest()).pk, clock.note)
    clock.end()
    if version is None:
        return Trained(clock.stages, {}, 0)
    return Trained(clock.stages, version.metrics, len(version.artifact))
