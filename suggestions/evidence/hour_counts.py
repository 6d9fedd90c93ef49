"""Count the suggestions of one hour in every way that evidence is asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from suggestions.domain.evidence.clusters import GROUPS, pair_group
from suggestions.domain.evidence.group_table import pack
from suggestions.domain.evidence.latency import BUCKETS_MS, BUDGET_MS
from suggestions.domain.evidence.totals import ARMS, GROUP_MEASURES, OUTCOMES
from suggestions.evidence.known_category import outcome
from suggestions.models import EvidenceCount, EvidenceHour, Feedback, State, SuggestionEvent, Verdict

HOUR = timedelta(hours=1)
MAX_MS = 2**31 - 1
MERCHANTS = 50
"""So many merchants of an hour are counted by name, the others together."""
OTHERS = "\x7fothers"

Row = dict[str, Any]
Scope = tuple[int, int | None]
"""A version of the rollout, and the model version that was asked."""


def events_of(hour: datetime) -> QuerySet[SuggestionEvent]:
    """Return the suggestions made within the hour that begins then."""
    return SuggestionEvent.objects.filter(created_at__gte=hour, created_at__lt=hour + HOUR).order_by()


def count_hour(hour: datetime) -> None:
    """Write the counts of an hour; those it had must be gone. Its number of queries is fixed."""
    events = _with_truth(events_of(hour))
    # First, so that what is committed meanwhile makes a number that differs, and the hour is counted again.
    whole = _whole(events)
    reasons = _reasons(events)
    groups = {name: _groups(events, key) for name, key in _GROUP_KEYS.items()}
    hours = {
        scope: _to_hour(
            hour, row, reasons.get(scope, {}), {name: found.get(scope, {}) for name, found in groups.items()}
        )
        for scope, row in whole.items()
    }
    EvidenceHour.objects.bulk_create(hours.values())
    EvidenceCount.objects.bulk_create(
        EvidenceCount(
            of=hours[_scope(row)],
            dimension=dimension,
            key=row["key"],
            **{name: row[name] for name in COUNTED},
        )
        for dimension, rows in _by_dimension(events)
        for row in rows
        if _scope(row) in hours
    )


def _with_truth(events: QuerySet[SuggestionEvent]) -> QuerySet[SuggestionEvent]:
    latest = Feedback.objects.filter(event=OuterRef("pk")).order_by("-id").values("verdict")[:1]
    return events.annotate(
        truth=outcome(),
        verdict=Subquery(latest),
        # Nothing was shown in the blind slice, so nobody's suggestion can be judged there.
        shown=Case(When(is_blind=True, then=Value("blind")), default=F("source")),
    )


_RULE_RIGHT, _MODEL_RIGHT = Q(rule_category=F("truth")), Q(model_category=F("truth"))
_IS_OUTCOME = ~Q(truth="")
_OUTCOME = {
    "both_right": _IS_OUTCOME & _RULE_RIGHT & _MODEL_RIGHT,
    "only_model": _IS_OUTCOME & ~_RULE_RIGHT & _MODEL_RIGHT,
    "only_rule": _IS_OUTCOME & _RULE_RIGHT & ~_MODEL_RIGHT,
    "both_wrong": _IS_OUTCOME & ~_RULE_RIGHT & ~_MODEL_RIGHT,
}


def _number(condition: Q) -> Count:
    return Count("pk", filter=condition)


COUNTED: Mapping[str, Count] = {
    **{str(state): _number(Q(state=state)) for state in State.values},
    **{
        f"{source}_{verdict}": _number(Q(shown=source, verdict=verdict))
        for source in ("rule", "model")
        for verdict in Verdict.values
    },
    **{f"{arm}_{name}": _number(Q(shown=arm) & _OUTCOME[name]) for arm in ARMS for name in OUTCOMES},
}
"""The columns of EvidenceCount."""
_CALL = Q(request_size__gt=0)
_IS_COMPARED = Q(state__in=[State.AGREE, State.DISAGREE])
_JUDGED = Q(verdict__isnull=False)
_GROUPED: Mapping[str, Combinable] = {
    "comparisons": _number(_IS_COMPARED),
    "agree": _number(Q(state=State.AGREE)),
    "outcomes": _number(_IS_OUTCOME),
    "model_lead": _number(_OUTCOME["only_model"]) - _number(_OUTCOME["only_rule"]),
    "rule_judged": _number(_JUDGED & Q(shown="rule")),
    "rule_accepted": _number(Q(shown="rule", verdict=Verdict.ACCEPTED)),
    "model_judged": _number(_JUDGED & Q(shown="model")),
    "model_accepted": _number(Q(shown="model", verdict=Verdict.ACCEPTED)),
    "with_user": _number(Q(bucket__isnull=False)),
    "in_canary": _number(Q(bucket__lt=F("percentage"))),
}
# Suggestions of a release that knew no groups: each is in one by its own number.
_OWN = F("pk") % GROUPS
_USER = Coalesce("user_group", _OWN, output_field=IntegerField())
_MERCHANT = Coalesce("merchant_group", _OWN, output_field=IntegerField())
_GROUP_KEYS: Mapping[str, Combinable] = {
    "users": _USER,
    "merchants": _MERCHANT,
    "pairs": pair_group(_USER, _MERCHANT),
}


def _scope(row: Row) -> Scope:
    return row["rollout_version"], row["model_version_id"]


def _per_scope(events: QuerySet[SuggestionEvent], *keys: str) -> Any:
    return events.values("rollout_version", "model_version_id", *keys)


def _whole(events: QuerySet[SuggestionEvent]) -> dict[Scope, Row]:
    ends = (-1, *BUCKETS_MS, MAX_MS)
    buckets = {
        f"bucket_{place}": _number(_CALL & Q(latency_ms__gt=low, latency_ms__lte=high))
        for place, (low, high) in enumerate(pairwise(ends))
    }
    rows = _per_scope(events).annotate(
        suggestions=Count("pk"),
        calls=_number(_CALL),
        failed_calls=_number(_CALL & Q(state=State.MODEL_ERROR)),
        slow_calls=_number(_CALL & Q(latency_ms__gt=BUDGET_MS)),
        **buckets,
    )
    return {_scope(row): row for row in rows}


def _reasons(events: QuerySet[SuggestionEvent]) -> dict[Scope, dict[str, tuple[int, int]]]:
    found: dict[Scope, dict[str, tuple[int, int]]] = defaultdict(dict)
    reasons = _per_scope(events.exclude(fallback=""), "fallback")
    for row in reasons.annotate(n=Count("pk"), failed=_number(Q(state=State.MODEL_ERROR))):
        found[_scope(row)][row["fallback"]] = row["n"], row["failed"]
    return found


def _groups(events: QuerySet[SuggestionEvent], key: Combinable) -> dict[Scope, dict[int, list[int]]]:
    found: dict[Scope, dict[int, list[int]]] = defaultdict(dict)
    for row in _per_scope(events.annotate(group=key), "group").annotate(**_GROUPED):
        found[_scope(row)][row["group"]] = [row[name] for name in GROUP_MEASURES]
    return found


def _to_hour(
    hour: datetime,
    row: Row,
    reasons: Mapping[str, tuple[int, int]],
    groups: Mapping[str, Mapping[int, list[int]]],
) -> EvidenceHour:
    return EvidenceHour(
        hour=hour,
        rollout_version=row["rollout_version"],
        model_version_id=row["model_version_id"],
        suggestions=row["suggestions"],
        calls=row["calls"],
        failed_calls=row["failed_calls"],
        slow_calls=row["slow_calls"],
        latency=[row[f"bucket_{place}"] for place in range(len(BUCKETS_MS) + 1)],
        failures={name: failed for name, (_, failed) in reasons.items() if failed},
        fallbacks={name: n for name, (n, _) in reasons.items()},
        groups=pack(groups),
    )


def _by_dimension(events: QuerySet[SuggestionEvent]) -> Iterable[tuple[str, Iterable[Row]]]:
    frequent = (
        events.values_list("transaction__merchant")
        .annotate(n=Count("pk"))
        .order_by("-n", "transaction__merchant")
    )
    named = [merchant for merchant, _ in frequent[:MERCHANTS]]
    keys: dict[str, Combinable] = {
        EvidenceCount.Dimension.ALL: Value(""),
        EvidenceCount.Dimension.CATEGORY: F("served_category"),
        EvidenceCount.Dimension.MERCHANT: Case(
            When(transaction__merchant__in=named, then=F("transaction__merchant")), default=Value(OTHERS)
        ),
        EvidenceCount.Dimension.SEEN: Case(
            When(is_merchant_seen=True, then=Value("seen")),
            When(is_merchant_seen=False, then=Value("unseen")),
            default=Value("not asked"),
        ),
    }
    for dimension, key in keys.items():
        yield dimension, _per_scope(events.annotate(key=key), "key").annotate(**COUNTED)
