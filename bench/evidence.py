"""How long the evidence takes after many events: counting one hour, counting all, and judging.

python -m bench.evidence [--events N] fills a PostgreSQL of its own with the events of four weeks. The peer in
the same run is what evidence was before there were counts: the states, counted from the events themselves.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.filled import fill
from bench.report import to_table
from bench.server import postgres, set_up
from lmsuggest.local.servers import ServerBroken, ServerMissing

TRANSACTIONS = 100_000
JUDGED_TIMES = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, count, judge; print the table and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.evidence", description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000, metavar="N")
    events = parser.parse_args(arguments).events
    try:
        with postgres() as address:
            set_up(address)
            print(to_table(("step", "seconds"), [(name, f"{s:.3f}") for name, s in _measure(events)]))
    except (ServerBroken, ServerMissing) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _measure(events: int) -> list[tuple[str, float]]:
    # The tables can be imported once the settings are read.
    from django.core.management import call_command  # noqa: PLC0415

    from suggestions.evidence.reading import current_evidence  # noqa: PLC0415
    from suggestions.evidence.rollups import fold_events  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    steps = [(f"filling {events:,} events", _seconds(lambda: fill(events=events, transactions=TRANSACTIONS)))]
    steps.append(("counting all of them once", _seconds(fold_events)))
    steps.append(("counting again with nothing new", _seconds(fold_events)))
    judged = [_seconds(current_evidence) for _ in range(JUDGED_TIMES)]
    steps.append((f"the evidence, median of {JUDGED_TIMES}", sorted(judged)[JUDGED_TIMES // 2]))
    steps.append(("the peer: states counted from the events", _seconds(_count_events)))
    return steps


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _count_events() -> None:
    from django.db import connection  # noqa: PLC0415
    from django.db.models import Count  # noqa: PLC0415

    from suggestions.models import SuggestionEvent  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    list(SuggestionEvent.objects.values_list("state").annotate(n=Count("id")).order_by())


if __name__ == "__main__":
    sys.exit(main())
