"""How long the evidence takes after many events: counting one hour, counting all, and judging.

python -m bench.evidence [--events N] fills a PostgreSQL of its own with the events of four weeks. The peer in
the same run is what evidence was before there were counts: the states, counted from the events themselves.
"""

import argparse
import os
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import django

from bench.report import to_table
from bench.server import postgres
from lmsuggest.local.servers import ServerBroken, ServerMissing

DAYS = 28
TRANSACTIONS = 100_000
JUDGED_TIMES = 5

_CLIENT = """
    INSERT INTO suggestions_client (name, is_active, created_at) VALUES ('bench', true, now()) RETURNING id
"""
_TRANSACTIONS = """
    INSERT INTO suggestions_transaction (client_id, external_id, user_id, description, amount, currency,
        date, account, memo, category, feedback_category, merchant, created_at, updated_at)
    SELECT %(client)s, 't' || n, 'user-' || n %% 20000, 'SHOP ' || n %% 3000, -1, 'CAD',
        '2026-01-01', '', '', '', CASE WHEN n %% 3 = 0 THEN 'Fuel' ELSE '' END, 'shop ' || n %% 3000,
        now(), now()
    FROM generate_series(1, %(rows)s) AS n
"""
_EVENTS = """
    INSERT INTO suggestions_suggestionevent (client_id, transaction_id, created_at, rule_category,
        rule_confidence, model_category, model_confidence, model_version_id, state, source, served_category,
        fallback, bucket, rollout_version, percentage, user_group, merchant_group, is_merchant_seen,
        request_size, latency_ms)
    SELECT %(client)s, %(first)s + n %% %(rows)s,
        now() - interval '1 second' * ({seconds}::bigint * n / %(events)s), 'Fuel', 0.9,
        CASE WHEN n %% 10 = 0 THEN 'Rent' ELSE 'Fuel' END, 0.9, %(version)s,
        CASE WHEN n %% 10 = 0 THEN 'disagree' ELSE 'agree' END,
        CASE WHEN n %% 11 = 0 THEN 'model' ELSE 'rule' END, 'Fuel', '', n %% 10000, 0, 1000,
        n::bigint * 7 %% 256, n::bigint * 11 %% 256, true, 1, n %% 40
    FROM generate_series(1, %(events)s) AS n
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, count, judge; print the table and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.evidence", description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000, metavar="N")
    events = parser.parse_args(arguments).events
    try:
        with postgres() as address:
            os.environ |= {
                "DATABASE_URL": address,
                "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
                "DJANGO_SETTINGS_MODULE": "lmsuggest.settings",
                "LMSUGGEST_ENV_FILE": "",
                "LOG_LEVEL": "WARNING",
            }
            django.setup()
            print(to_table(("step", "seconds"), [(name, f"{s:.3f}") for name, s in _measure(events)]))
    except (ServerBroken, ServerMissing) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _measure(events: int) -> list[tuple[str, float]]:
    # The tables can be imported once the settings are read.
    from django.core.management import call_command  # noqa: PLC0415

    from suggestions.evidence import current_evidence  # noqa: PLC0415
    from suggestions.rollups import fold_events  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    steps = [(f"filling {events:,} events", _seconds(lambda: _fill(events)))]
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


def _fill(events: int) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from mlmodels.models import ModelVersion  # noqa: PLC0415

    now = timezone.now()
    version = ModelVersion.objects.create(
        status="champion", artifact=b"", sha256="", size_bytes=0, feature_version=0, feature_names=[],
        labels=[], data_fingerprint="", trained_at=now, validated_at=now,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(_CLIENT)
        values = {
            "client": cursor.fetchone()[0],
            "rows": TRANSACTIONS,
            "events": events,
            "version": version.pk,
        }
        cursor.execute(_TRANSACTIONS, values)
        cursor.execute("SELECT min(id) FROM suggestions_transaction")
        statement = _EVENTS.format(seconds=DAYS * 24 * 3600)
        cursor.execute(statement, values | {"first": cursor.fetchone()[0]})
        cursor.execute("ANALYZE")


def _count_events() -> None:
    from django.db import connection  # noqa: PLC0415
    from django.db.models import Count  # noqa: PLC0415

    from suggestions.models import SuggestionEvent  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    list(SuggestionEvent.objects.values_list("state").annotate(n=Count("id")).order_by())


if __name__ == "__main__":
    sys.exit(main())
