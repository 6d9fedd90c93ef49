"""Fill a database with made-up events of four weeks, faster than any request could send them."""

from typing import Any

from psycopg import sql

DAYS = 28
CLIENTS = 10
USERS = 20_000
MERCHANTS = 3_000

_CLIENTS = """
    INSERT INTO suggestions_client (name, is_active, created_at)
    SELECT 'bench ' || n, true, now() FROM generate_series(1, %(clients)s) AS n
"""
_TRANSACTIONS = """
    INSERT INTO suggestions_transaction (client_id, external_id, user_id, description, amount, currency,
        date, account, memo, category, feedback_category, merchant, merchant_word, created_at, updated_at)
    SELECT %(client)s + n %% %(clients)s, 't' || n, 'user-' || n %% %(users)s, 'SHOP ' || n %% %(merchants)s,
        -1 - n %% 90, 'CAD', current_date - (n %% 28)::int, '', '', '',
        CASE WHEN n %% 20 = 0 THEN 'Fuel' ELSE '' END, 'shop ' || n %% %(merchants)s, 'shop', now(), now()
    FROM generate_series(1, %(rows)s) AS n
"""
_EVENTS = """
    INSERT INTO suggestions_suggestionevent (client_id, transaction_id, created_at, rule_category,
        rule_confidence, model_category, model_confidence, model_version_id, state, source, served_category,
        fallback, bucket, rollout_version, percentage, user_group, merchant_group, is_merchant_seen,
        request_size, latency_ms)
    SELECT %(client)s + n %% %(rows)s %% %(clients)s, %(first)s + n %% %(rows)s,
        now() - interval '1 second' * (%(seconds)s::bigint * (%(events)s - n) / %(events)s), 'Fuel', 0.9,
        CASE WHEN n * 7919::bigint %% 1000 < 100 THEN 'Rent' ELSE 'Fuel' END, 0.9, %(version)s,
        CASE WHEN n * 7919::bigint %% 1000 < 100 THEN 'disagree' ELSE 'agree' END,
        CASE WHEN n %% 11 = 0 THEN 'model' ELSE 'rule' END, 'Fuel',
        CASE WHEN n %% 11 = 0 THEN '' ELSE 'not_in_canary' END, n %% 10000, 0, 1000,
        hashint8(n %% %(users)s) & 255, hashint8(n %% %(merchants)s) & 255, true, 1, n %% 40
    FROM generate_series(1, %(events)s) AS n
"""
_FEEDBACK = """
    INSERT INTO suggestions_feedback (event_id, verdict, category, reason, created_at)
    SELECT id, CASE WHEN id %% 7 = 0 THEN 'corrected' ELSE 'accepted' END, 'Fuel', '', created_at
    FROM suggestions_suggestionevent WHERE id %% 20 = 0
"""


def fill(*, events: int, transactions: int) -> None:
    """Write so many events of so many transactions of ten clients, in place of those there were.

    One event in ten is a disagreement, one in twenty has a verdict.
    """
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from mlmodels.models import ModelVersion  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("TRUNCATE suggestions_client, mlmodels_modelversion, suggestions_stalehour CASCADE")
    now = timezone.now()
    version = ModelVersion.objects.create(
        status="champion", artifact=b"", sha256="", size_bytes=0, feature_version=0, feature_names=[],
        labels=[], data_fingerprint="", trained_at=now, validated_at=now, promoted_at=now,
    )  # fmt: skip
    values = {
        "clients": CLIENTS,
        "users": USERS,
        "merchants": MERCHANTS,
        "rows": transactions,
        "events": events,
        "seconds": DAYS * 24 * 3600,
        "version": version.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLIENTS, values)
        values["client"] = _smallest(cursor, "suggestions_client")
        cursor.execute(_TRANSACTIONS, values)
        cursor.execute(_EVENTS, values | {"first": _smallest(cursor, "suggestions_transaction")})
        cursor.execute(_FEEDBACK, values)
        cursor.execute("VACUUM ANALYZE")  # as it is once autovacuum has been there


def _smallest(cursor: Any, table: str) -> int:
    cursor.execute(sql.SQL("SELECT min(id) FROM {}").format(sql.Identifier(table)))
    return int(cursor.fetchone()[0])


_LIKE_THE_NEWEST = """
    WITH example AS (SELECT * FROM suggestions_evidencehour WHERE hour = %(example)s LIMIT 1),
    copied AS (
        INSERT INTO suggestions_evidencehour (hour, rollout_version, model_version_id, suggestions, calls,
            failed_calls, slow_calls, latency, failures, fallbacks, groups)
        SELECT %(example)s::timestamptz - n * interval '1 hour', rollout_version, model_version_id,
            suggestions, calls, failed_calls, slow_calls, latency, failures, fallbacks, groups
        FROM example, generate_series(1, %(hours)s) AS n RETURNING id
    )
    INSERT INTO suggestions_evidencecount (of_id, dimension, key, {counts})
    SELECT copied.id, dimension, key, {counts} FROM copied, suggestions_evidencecount AS counted
    WHERE counted.of_id = (SELECT id FROM example)
"""


def count_like_the_newest() -> None:
    """Count the newest whole hour, and write as much for each hour before: counting all takes minutes."""
    from django.db import connection  # noqa: PLC0415

    from suggestions.evidence.hour_counts import COUNTED  # noqa: PLC0415
    from suggestions.evidence.rollups import fold_events  # noqa: PLC0415
    from suggestions.models import EvidenceHour, StaleHour  # noqa: PLC0415

    fold_events(at_most=2)
    StaleHour.objects.all().delete()
    example = EvidenceHour.objects.order_by("hour").values_list("hour", flat=True).first()
    counts = sql.SQL(", ").join(sql.Identifier(name) for name in COUNTED)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(_LIKE_THE_NEWEST).format(counts=counts), {"example": example, "hours": DAYS * 24 - 2}
        )
    fold_events(at_most=2)  # sums the days
