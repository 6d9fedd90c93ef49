"""A time as an id: where ids rise with the time, a range of days is one of ids, which every index serves."""

from datetime import datetime
from typing import Any, Final

from django.db.models import BigIntegerField, QuerySet, Subquery, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

ID_SLACK: Final = 5_000
"""So many ids may stand out of the order of time: a row may be committed after a later one."""
_LAST_ID: Final = 2**63 - 1


def id_since(rows: QuerySet[Any], field: str, moment: datetime) -> CombinedExpression:
    """Return an id, for a query, below which no row since the moment is; the field needs an index."""
    first = rows.filter(**{f"{field}__gte": moment}).order_by(field)
    return _id_of(first, _LAST_ID) - Value(ID_SLACK)


def id_until(rows: QuerySet[Any], field: str, moment: datetime) -> CombinedExpression:
    """Return an id, for a query, above which no row until the moment is; the field needs an index."""
    last = rows.filter(**{f"{field}__lte": moment}).order_by(f"-{field}")
    return _id_of(last, 0) + Value(ID_SLACK)


def _id_of(rows: QuerySet[Any], otherwise: int) -> Coalesce:
    # Without the field of the value itself, the driver would send half of its bits.
    return Coalesce(Subquery(rows.values("pk")[:1]), Value(otherwise, output_field=BigIntegerField()))
