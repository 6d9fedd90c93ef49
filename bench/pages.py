"""How long the pages of the admin take after many events, and how many queries each costs.

python -m bench.pages [--events N] fills a PostgreSQL of its own with a tenth of the events, opens every page,
then does the same with all of them: the peer of each page is itself with a tenth of the data.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bench.filled import count_like_the_newest, fill
from bench.report import to_table
from bench.server import postgres, set_up
from lmsuggest.local.servers import ServerBroken, ServerMissing

OPENED = 5
EVENTS_A_TRANSACTION = 10
EVENTS = "/admin/suggestions/suggestionevent/"
TRANSACTIONS = "/admin/suggestions/transaction/"
FEEDBACK = "/admin/suggestions/feedback/"
DISAGREEMENTS = f"{EVENTS}disagreements/"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a page costs."""

    queries: int
    median_ms: float
    worst_ms: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, open, fill, open; print the table and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000, metavar="N")
    events = parser.parse_args(arguments).events
    try:
        with postgres() as address:
            set_up(address)
            _migrate()
            few = _filled(events // 10)
            many = _filled(events)
    except (ServerBroken, ServerMissing) as error:
        print(error, file=sys.stderr)
        return 1
    rows = [
        (
            name,
            f"{cost.queries}",
            f"{cost.median_ms:.0f}",
            f"{cost.worst_ms:.0f}",
            f"{few[name].median_ms:.0f}",
            f"{cost.median_ms / few[name].median_ms:.2f}",
        )
        for name, cost in many.items()
    ]
    print(to_table(("page", "queries", "ms, median", "ms, worst", "ms at a tenth", "ratio"), rows))
    return 0


def _migrate() -> None:
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("bootstrap", verbosity=0)


def _filled(events: int) -> dict[str, Cost]:
    print(f"Filling {events:,} events", file=sys.stderr, flush=True)
    fill(events=events, transactions=events // EVENTS_A_TRANSACTION)
    print("Counting the newest hours, and as much for the others", file=sys.stderr, flush=True)
    count_like_the_newest()
    browser = _logged_in()
    return dict(_opened(browser))


def _opened(browser: Any) -> Iterator[tuple[str, Cost]]:
    for name, address in _addresses():
        cost = _open(browser, address)
        print(f"{name}: {cost.median_ms:.0f} ms", file=sys.stderr, flush=True)
        yield name, cost


def _logged_in() -> Any:
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    user, _ = User.objects.get_or_create(username="bench", is_staff=True, is_superuser=True)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def _open(browser: Any, address: str) -> Cost:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    browser.get(address)  # what is done once a process is no page's cost
    times = []
    for _ in range(OPENED):
        with CaptureQueriesContext(connection) as captured:
            started = time.perf_counter()
            answer = browser.get(address)
            times.append(1_000 * (time.perf_counter() - started))
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
    return Cost(len(captured), statistics.median(times), max(times))


def _addresses() -> Iterator[tuple[str, str]]:
    from console.large_list import LAST_PAGE  # noqa: PLC0415
    from suggestions.models import Client, SuggestionEvent  # noqa: PLC0415

    event = SuggestionEvent.objects.select_related("transaction").latest("pk")
    oldest = SuggestionEvent.objects.earliest("pk")
    client = Client.objects.latest("pk")
    day, week = event.created_at - timedelta(days=1), event.created_at - timedelta(days=7)
    yield "home", "/admin/"
    yield "rollout", "/admin/suggestions/rollout/"
    yield "suggestions", EVENTS
    yield "suggestions, page 2", f"{EVENTS}?p=2"
    yield "suggestions, the last page", f"{EVENTS}?p={LAST_PAGE}"
    yield "suggestions, of a frequent state", f"{EVENTS}?state__exact=disagree"
    yield "suggestions, of a state nobody had", f"{EVENTS}?state__exact=model_error"
    yield "suggestions, of a reason nobody had", f"{EVENTS}?fallback__exact=checksum"
    yield "suggestions, of a client", f"{EVENTS}?client__id__exact={client.pk}"
    yield "suggestions, since a day", f"{EVENTS}?created_at_from_0={day:%Y-%m-%d}"
    yield (
        "suggestions, of the first day",
        f"{EVENTS}?created_at_to_0={oldest.created_at + timedelta(days=1):%Y-%m-%d}",
    )
    yield "one suggestion", f"{EVENTS}{event.pk}/change/"
    yield "disagreements", DISAGREEMENTS
    yield "disagreements, of a pair", f"{DISAGREEMENTS}?rule_category=Fuel&model_category=Rent"
    yield "disagreements, of a merchant", f"{DISAGREEMENTS}?merchant=shop+17"
    yield "disagreements, of a client", f"{DISAGREEMENTS}?client={client.name.replace(' ', '+')}"
    yield "disagreements, since a week", f"{DISAGREEMENTS}?date_from={week:%Y-%m-%d}"
    yield "feedback", FEEDBACK
    yield "feedback, of a verdict", f"{FEEDBACK}?verdict__exact=corrected"
    yield "feedback, of a verdict nobody gave", f"{FEEDBACK}?verdict__exact=rejected"
    yield "feedback, on the model", f"{FEEDBACK}?event__source__exact=model"
    yield "transactions", TRANSACTIONS
    yield "transactions, the last page", f"{TRANSACTIONS}?p={LAST_PAGE}"
    yield "transactions, by external id", f"{TRANSACTIONS}?q={event.transaction.external_id}"
    yield "transactions, by user id", f"{TRANSACTIONS}?q={event.transaction.user_id}"
    yield "transactions, of an id nobody has", f"{TRANSACTIONS}?q=nobody"
    yield "transactions, of a client", f"{TRANSACTIONS}?client__id__exact={client.pk}"
    yield "transactions, of a day", f"{TRANSACTIONS}?date_from={day:%Y-%m-%d}&date_to={day:%Y-%m-%d}"
    yield "one transaction", f"{TRANSACTIONS}{event.transaction_id}/change/"
    yield "rules", "/admin/suggestions/rule/"
    yield "suggested rules", "/admin/suggestions/rule/suggested/"
    yield "categories", "/admin/suggestions/category/"
    yield "versions", "/admin/mlmodels/modelversion/"
    yield "training runs", "/admin/mlmodels/trainingrun/"
    yield "audit log", "/admin/audit/auditentry/"


if __name__ == "__main__":
    sys.exit(main())
