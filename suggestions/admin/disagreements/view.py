"""What the disagreements page shows: each number with the link that narrows the page to it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest

from suggestions.admin.disagreements.cluster_rules import NOTHING, OfferedRules, offer_for
from suggestions.admin.disagreements.filter import FilterForm
from suggestions.admin.texts.descriptions import may_read
from suggestions.admin.texts.explanation import to_answer
from suggestions.domain.disagreement_map import (
    DisagreementGroup,
    HeatCell,
    HeatMap,
    MerchantCluster,
    draw_heat_map,
)
from suggestions.models import Category, LabelSource, SuggestionEvent, Transaction

_SETTLED: Final = {"accepted": "accepted by the user", "corrected": "corrected by the user"}


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell of the heat map."""

    cell: HeatCell
    says: str
    """What the cell counts, for those who do not see where it stands."""
    link: str
    """Empty where there is nothing to narrow to."""


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of the heat map."""

    title: str
    cells: list[CellView]


@dataclass(frozen=True, slots=True)
class HeatView:
    """The heat map as a table."""

    columns: list[str]
    rows: list[RowView]


@dataclass(frozen=True, slots=True)
class ClusterView:
    """One merchant with what can be done about it."""

    cluster: MerchantCluster
    link: str
    rules: OfferedRules
    """Nothing for those who may not add rules."""


@dataclass(frozen=True, slots=True)
class DisagreementRow:
    """One disagreement as the list shows it."""

    event: SuggestionEvent
    description: str
    """Empty for those who may not read it."""
    rules: str
    model: str
    known: str
    known_from: str
    is_by_staff: bool
    may_set: bool

    @property
    def row(self) -> Transaction:
        """Return the transaction."""
        return self.event.transaction

    @property
    def created_at(self) -> datetime:
        """Return when the suggestion was made."""
        return self.event.created_at


def view_heat_map(groups: Iterable[DisagreementGroup], form: FilterForm) -> HeatView:
    """Return the heat map with a link in each cell that names a pair."""
    heat: HeatMap = draw_heat_map(groups)
    rows = [
        RowView(
            row.rule_category or "others", [_to_cell(row.rule_category, cell, form) for cell in row.cells]
        )
        for row in heat.rows
    ]
    return HeatView([column or "others" for column in heat.columns], rows)


def view_clusters(
    clusters: Iterable[MerchantCluster], form: FilterForm, request: HttpRequest
) -> list[ClusterView]:
    """Return the clusters, each with its links."""
    found = list(clusters)
    may_add = request.user.has_perm("suggestions.add_rule")
    offered = offer_for(found) if may_add else [NOTHING for _ in found]
    return [
        ClusterView(cluster, form.address({"merchant_key": cluster.merchant}), rules)
        for cluster, rules in zip(found, offered, strict=True)
    ]


def view_rows(events: Iterable[SuggestionEvent], request: HttpRequest) -> list[DisagreementRow]:
    """Return the rows, without descriptions for those who may not read them."""
    is_readable = may_read(request)
    may_label = request.user.has_perm("suggestions.label_transaction")
    return [_to_row(event, is_readable=is_readable, may_label=may_label) for event in events]


def categories_of(rows: Sequence[DisagreementRow]) -> dict[int, list[str]]:
    """Return the active categories of the clients whose rows may be labelled; one query, or none."""
    clients = {one.event.client_id for one in rows if one.may_set}
    found: dict[int, list[str]] = defaultdict(list)
    if clients:
        known = Category.objects.filter(client_id__in=clients, is_active=True).order_by("name")
        for client_id, name in known.values_list("client_id", "name"):
            found[client_id].append(name)
    return dict(found)


def _to_cell(rule: str | None, cell: HeatCell, form: FilterForm) -> CellView:
    says = f"rules say {rule or 'others'}, model says {cell.model_category or 'others'}"
    if rule is None or cell.model_category is None or not cell.count:
        return CellView(cell, says, "")
    return CellView(cell, says, form.address({"rule_category": rule, "model_category": cell.model_category}))


def _to_row(event: SuggestionEvent, *, is_readable: bool, may_label: bool) -> DisagreementRow:
    row = event.transaction
    is_by_staff = row.feedback_source == LabelSource.STAFF
    return DisagreementRow(
        event,
        description=row.description if is_readable else "",
        rules=to_answer(event.rule_category, event.rule_confidence),
        model=to_answer(event.model_category, event.model_confidence),
        known=row.known_category,
        known_from=_known_from(row),
        is_by_staff=is_by_staff and may_label,
        may_set=may_label and (is_by_staff or not row.feedback_category),
    )


def _known_from(row: Transaction) -> str:
    if row.feedback_source == LabelSource.STAFF:
        return "set by staff"
    if row.feedback_category:
        return _SETTLED.get(row.feedback_verdict, "settled on by the user")
    return "sent by the client" if row.category else ""
