"""Sum disagreements up: which category against which, and at which merchants."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

LARGEST: Final = 12
"""So many categories of either side stand by name, the others together."""
SHADES: Final = 5
CLUSTERS: Final = 10
MIN_CLUSTER: Final = 2


class DisagreementGroup(NamedTuple):
    """Disagreements of one client that are alike in merchant, both answers and what is known."""

    client_id: int
    merchant: str
    """The merchant's key; empty where nothing of the description names one."""
    rule_category: str
    model_category: str
    known_category: str
    """Empty where none is known."""
    size: int


@dataclass(frozen=True, slots=True)
class HeatCell:
    """How often one category of the rules met one of the model's."""

    model_category: str | None
    """None: all others."""
    count: int
    shade: int
    """0 for none, up to 5 for as many as the fullest cell has."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """What the model said where the rules said one category."""

    rule_category: str | None
    """None: all others."""
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Rules' categories by model's categories, the most frequent first."""

    columns: tuple[str | None, ...]
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True, slots=True)
class RuleWish:
    """The category that the disagreements of one client at a merchant ask for."""

    client_id: int
    category: str
    """The most frequent known category; where none is known, the most frequent answer of the model."""
    is_known: bool
    """The category is a known one, not an answer."""
    is_said_already: bool
    """The rules said it in at least half of those of the category."""


@dataclass(frozen=True, slots=True)
class MerchantCluster:
    """The disagreements at one merchant, and who was right where that is known."""

    merchant: str
    count: int
    rules_right: int
    model_right: int
    neither_right: int
    wishes: tuple[RuleWish, ...]
    """One of each client, the client with the most disagreements first."""

    @property
    def known(self) -> int:
        """Return of how many the right category is known."""
        return self.rules_right + self.model_right + self.neither_right


def draw_heat_map(groups: Iterable[DisagreementGroup]) -> HeatMap:
    """Count the pairs of categories."""
    pairs: Counter[tuple[str, str]] = Counter()
    for group in groups:
        pairs[group.rule_category, group.model_category] += group.size
    rules, models = _largest(pairs, side=0), _largest(pairs, side=1)
    cells: Counter[tuple[str | None, str | None]] = Counter()
    for (rule, model), count in pairs.items():
        cells[rule if rule in rules else None, model if model in models else None] += count
    fullest = max(cells.values(), default=0)
    rows = tuple(
        HeatRow(
            rule,
            tuple(
                HeatCell(model, cells[rule, model], _shade(cells[rule, model], fullest)) for model in models
            ),
        )
        for rule in rules
    )
    return HeatMap(models, rows)


def find_clusters(groups: Iterable[DisagreementGroup]) -> list[MerchantCluster]:
    """Return the merchants with the most disagreements, the most first; single ones are no cluster."""
    found = [group for group in groups if group.merchant]
    sizes: Counter[str] = Counter()
    for group in found:
        sizes[group.merchant] += group.size
    large = sorted((-size, merchant) for merchant, size in sizes.items() if size >= MIN_CLUSTER)
    by_merchant: dict[str, list[DisagreementGroup]] = {merchant: [] for _, merchant in large[:CLUSTERS]}
    for group in found:
        if group.merchant in by_merchant:
            by_merchant[group.merchant].append(group)
    return [_to_cluster(merchant, alike) for merchant, alike in by_merchant.items()]


def _largest(pairs: Mapping[tuple[str, str], int], *, side: int) -> tuple[str | None, ...]:
    totals: Counter[str] = Counter()
    for pair, count in pairs.items():
        totals[pair[side]] += count
    names = sorted(totals, key=lambda name: (-totals[name], name))
    return (*names[:LARGEST], None) if len(names) > LARGEST else tuple(names)


def _shade(count: int, fullest: int) -> int:
    return -(-SHADES * count // fullest) if count else 0


def _to_cluster(merchant: str, groups: Sequence[DisagreementGroup]) -> MerchantCluster:
    right: Counter[str] = Counter()
    by_client: dict[int, list[DisagreementGroup]] = {}
    for group in groups:
        by_client.setdefault(group.client_id, []).append(group)
        if group.known_category:
            right[_side_of(group)] += group.size
    largest = sorted(by_client.items(), key=lambda item: (-_size(item[1]), item[0]))
    return MerchantCluster(
        merchant,
        count=_size(groups),
        rules_right=right["rules"],
        model_right=right["model"],
        neither_right=right["neither"],
        wishes=tuple(_to_wish(client_id, alike) for client_id, alike in largest),
    )


def _to_wish(client_id: int, groups: Sequence[DisagreementGroup]) -> RuleWish:
    known, answers = Counter[str](), Counter[str]()
    for group in groups:
        answers[group.model_category] += group.size
        if group.known_category:
            known[group.known_category] += group.size
    category = _most_frequent(known or answers)
    of_it = [one for one in groups if category == (one.known_category if known else one.model_category)]
    said = _size([one for one in of_it if one.rule_category == category])
    return RuleWish(client_id, category, is_known=bool(known), is_said_already=2 * said >= _size(of_it))


def _size(groups: Iterable[DisagreementGroup]) -> int:
    return sum(group.size for group in groups)


def _side_of(group: DisagreementGroup) -> str:
    if group.known_category == group.rule_category:
        return "rules"
    return "model" if group.known_category == group.model_category else "neither"


def _most_frequent(counts: Counter[str]) -> str:
    return min(counts, key=lambda name: (-counts[name], name))
