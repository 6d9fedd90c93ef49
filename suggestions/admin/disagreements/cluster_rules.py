"""The rules that the clusters of disagreements ask for: a link to each that would change something."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from mlmodels.domain.text.key import normalise
from suggestions.client_categories import withdrawn_categories
from suggestions.domain.disagreement_map import MerchantCluster, RuleWish
from suggestions.domain.rules.patterns import InvalidPattern, check_pattern
from suggestions.models import Client, Rule

OFFERED: Final = 3
"""Rules for so many clients at most are offered at one merchant."""


@dataclass(frozen=True, slots=True)
class RuleLink:
    """A link to the form of a rule, filled in for one client."""

    url: str
    category: str
    is_known: bool
    """The category is a known one, not an answer of the model."""
    client: str
    """The client's name; empty where the disagreements are of one client alone."""


@dataclass(frozen=True, slots=True)
class OfferedRules:
    """The rules that one merchant asks for."""

    links: tuple[RuleLink, ...]
    left_out: int
    """So many more clients ask for one."""


NOTHING: Final = OfferedRules((), 0)


def offer_for(clusters: Sequence[MerchantCluster]) -> list[OfferedRules]:
    """Return the rules for each cluster; three queries at most, whatever the number of clusters.

    None where the rules say it already, where such a rule is there, where the client has withdrawn the
    category, or where no rule may have the merchant.
    """
    asking = [(cluster, _open_wishes(cluster)) for cluster in clusters]
    wishes = [wish for _, found in asking for wish in found]
    if not wishes:
        return [NOTHING for _ in clusters]
    withdrawn = withdrawn_categories()
    there = _rules_there(wishes)
    left = [
        (
            cluster,
            [
                wish
                for wish in found
                if wish.category not in withdrawn.get(wish.client_id, ())
                and not {(cluster.merchant, wish.category, one) for one in (None, wish.client_id)} & there
            ],
        )
        for cluster, found in asking
    ]
    names = _names(clusters)
    return [
        OfferedRules(
            tuple(_to_link(cluster, wish, names) for wish in found[:OFFERED]),
            left_out=max(0, len(found) - OFFERED),
        )
        for cluster, found in left
    ]


def _open_wishes(cluster: MerchantCluster) -> list[RuleWish]:
    try:
        check_pattern("merchant", cluster.merchant)
    except InvalidPattern:
        return []
    return [wish for wish in cluster.wishes if not wish.is_said_already]


def _rules_there(wishes: Iterable[RuleWish]) -> set[tuple[str, str, int | None]]:
    clients, categories = zip(*((wish.client_id, wish.category) for wish in wishes), strict=True)
    # Narrower ones leave room for a rule for all payments of the merchant.
    whole = Rule.objects.filter(
        kind=Rule.Kind.MERCHANT, user_id="", sign=Rule.Sign.ANY, amount_min=None, amount_max=None
    )
    found = whole.filter(Q(client=None) | Q(client__in=clients), category__in=categories)
    return {
        (normalise(pattern), category, client_id)
        for pattern, category, client_id in found.values_list("pattern", "category", "client_id")
    }


def _names(clusters: Iterable[MerchantCluster]) -> dict[int, str]:
    clients = {wish.client_id for one in clusters if len(one.wishes) > 1 for wish in one.wishes}
    return dict(Client.objects.filter(pk__in=clients).values_list("pk", "name")) if clients else {}


def _to_link(cluster: MerchantCluster, wish: RuleWish, names: dict[int, str]) -> RuleLink:
    values = {
        "name": cluster.merchant[:100],
        "kind": Rule.Kind.MERCHANT.value,
        "pattern": cluster.merchant,
        "category": wish.category,
        "client": wish.client_id,
    }
    return RuleLink(
        f"{reverse('admin:suggestions_rule_add')}?{urlencode(values)}",
        wish.category,
        wish.is_known,
        names.get(wish.client_id, "") if len(cluster.wishes) > 1 else "",
    )
