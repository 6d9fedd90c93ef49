"""Look at disagreements a window at a time, so that a page costs the same after ten million events.

Each query here walks an index whose last column is the id, downwards, through at most `LOOKED_AT`
disagreements: `event_disagreements`, `disagreement_by_pair` or `disagreement_by_client`, all of them partial.
What no index knows is filtered within those. Dates become bounds of the id by way of `event_by_time`.
"""

from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet

from console.id_bounds import id_since, id_until
from suggestions.domain.disagreement_map import DisagreementGroup
from suggestions.evidence.known_category import KNOWN_CATEGORY
from suggestions.inspection.disagreements import (
    DisagreementFilter,
    find_disagreements,
    first_moment,
    last_moment,
)
from suggestions.models import Client, State, SuggestionEvent

LOOKED_AT: Final = 10_000
PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class GroupsLookedAt:
    """The disagreements of the newest window that pass the filter, in groups."""

    groups: list[DisagreementGroup]
    is_cut: bool
    """There may be older ones, which were not looked at."""

    @property
    def count(self) -> int:
        """Return how many disagreements these are."""
        return sum(group.size for group in self.groups)


@dataclass(frozen=True, slots=True)
class DisagreementPage:
    """Some disagreements, newest first, and where the next ones begin."""

    events: list[SuggestionEvent]
    next_before: int | None
    """Older ones have ids below; None: there are none."""
    is_cut: bool
    """The window ended before the page was full; older ones may pass the filter."""


def read_groups(wanted: DisagreementFilter, *, looked_at: int = LOOKED_AT) -> GroupsLookedAt:
    """Count the newest disagreements by what they have in common; two queries, with a client three."""
    bounds = _bounds(wanted, None)
    floor = _floor(bounds, looked_at)
    events = _within(wanted, bounds, floor).order_by().annotate(known=KNOWN_CATEGORY)
    keys = ("client_id", "transaction__merchant", "rule_category", "model_category", "known")
    counted = events.values_list(*keys).annotate(n=Count("pk"))
    return GroupsLookedAt([DisagreementGroup._make(row) for row in counted], is_cut=floor is not None)


def read_page(
    wanted: DisagreementFilter, *, before: int | None = None, looked_at: int = LOOKED_AT
) -> DisagreementPage:
    """Return the next disagreements with ids below `before`, None for the newest; two queries.

    With a client in the filter there are three.
    """
    bounds = _bounds(wanted, before)
    floor = _floor(bounds, looked_at)
    events = list(_within(wanted, bounds, floor)[: PAGE + 1])
    if len(events) > PAGE:
        return DisagreementPage(events[:PAGE], events[PAGE - 1].pk, is_cut=False)
    return DisagreementPage(events, floor, is_cut=floor is not None)


def _bounds(wanted: DisagreementFilter, before: int | None) -> Q:
    bounds = Q(state=State.DISAGREE)
    # One index can be walked at a time; the pair narrows more than the client.
    if wanted.rule_category and wanted.model_category:
        bounds &= Q(rule_category=wanted.rule_category, model_category=wanted.model_category)
    elif wanted.client:
        # Looked up before: the database plans well only for a client it knows while it plans.
        client = Client.objects.filter(name=wanted.client).values_list("pk", flat=True).first()
        bounds &= Q(client_id=client or 0)
    events = SuggestionEvent.objects.all()
    if wanted.date_from:
        bounds &= Q(pk__gte=id_since(events, "created_at", first_moment(wanted.date_from)))
    if wanted.date_to:
        bounds &= Q(pk__lte=id_until(events, "created_at", last_moment(wanted.date_to)))
    return bounds & Q(pk__lt=before) if before is not None else bounds


def _floor(bounds: Q, looked_at: int) -> int | None:
    ids = SuggestionEvent.objects.filter(bounds).order_by("-id").values_list("pk", flat=True)
    return next(iter(ids[looked_at - 1 : looked_at]), None)


def _within(wanted: DisagreementFilter, bounds: Q, floor: int | None) -> QuerySet[SuggestionEvent]:
    events = find_disagreements(wanted).filter(bounds)
    return events.filter(pk__gte=floor) if floor is not None else events
