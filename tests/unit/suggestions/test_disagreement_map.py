from typing import Any

import pytest

from suggestions.domain.disagreement_map import (
    CLUSTERS,
    LARGEST,
    DisagreementGroup,
    draw_heat_map,
    find_clusters,
)


def group(**overrides: Any) -> DisagreementGroup:
    values: dict[str, Any] = {
        "client_id": 1,
        "merchant": "tim hortons",
        "rule_category": "Restaurants",
        "model_category": "Coffee",
        "known_category": "",
        "size": 1,
    }
    return DisagreementGroup(**values | overrides)


def pair(rule: str, model: str, count: int) -> DisagreementGroup:
    return group(rule_category=rule, model_category=model, size=count)


def test_heat_map__pairs__are_summed_over_merchants_most_frequent_first() -> None:
    heat = draw_heat_map(
        [pair("Fuel", "Coffee", 1), group(size=5), group(merchant="other", size=5), pair("Fuel", "Gas", 2)]
    )

    assert heat.columns == ("Coffee", "Gas")
    counts = {row.rule_category: [(cell.count, cell.shade) for cell in row.cells] for row in heat.rows}
    assert list(counts) == ["Restaurants", "Fuel"]
    assert counts == {"Restaurants": [(10, 5), (0, 0)], "Fuel": [(1, 1), (2, 1)]}


def test_heat_map__many_categories__the_rest_stands_together_and_nothing_is_lost() -> None:
    groups = [pair(f"r{number:02}", f"m{number:02}", 100 - number) for number in range(LARGEST + 3)]

    heat = draw_heat_map(groups)

    assert len(heat.columns) == len(heat.rows) == LARGEST + 1
    assert heat.columns[-1] is None
    others = heat.rows[-1]
    assert (others.rule_category, others.cells[-1].count) == (None, 88 + 87 + 86)
    assert sum(cell.count for row in heat.rows for cell in row.cells) == sum(one.size for one in groups)


def test_heat_map__exactly_as_many_categories_as_fit__has_no_others() -> None:
    heat = draw_heat_map([pair(f"r{number}", f"m{number}", 1) for number in range(LARGEST)])

    assert None not in heat.columns
    assert len(heat.rows) == LARGEST


def test_heat_map__a_category_named_like_the_rest__stays_its_own() -> None:
    heat = draw_heat_map([pair("others", "others too", 1)])

    assert [row.rule_category for row in heat.rows] == ["others"]


def test_heat_map__nothing__is_empty() -> None:
    assert draw_heat_map([]).rows == ()


def test_clusters__one_merchant__says_who_was_right_where_it_is_known() -> None:
    [cluster] = find_clusters(
        [
            group(size=30),
            group(known_category="Restaurants", size=1),
            group(known_category="Coffee", size=4),
            group(known_category="Gifts", size=2),
        ]
    )

    assert (cluster.count, cluster.known) == (37, 7)
    assert (cluster.rules_right, cluster.model_right, cluster.neither_right) == (1, 4, 2)


@pytest.mark.parametrize(
    ("groups", "category", "is_known"),
    [
        pytest.param([group(size=9), group(known_category="Gifts")], "Gifts", True, id="known"),
        pytest.param([group(size=2), group(model_category="Bars", size=3)], "Bars", False, id="answer"),
        pytest.param([group(model_category="B"), group(model_category="A")], "A", False, id="tie"),
    ],
)
def test_clusters__category__is_the_known_one_before_the_models_answer(
    groups: list[DisagreementGroup], category: str, is_known: bool
) -> None:
    [cluster] = find_clusters(groups)

    [wish] = cluster.wishes
    assert (wish.category, wish.is_known) == (category, is_known)


def test_clusters__of_several_clients__each_asks_for_its_own_the_largest_first() -> None:
    [cluster] = find_clusters(
        [
            group(client_id=2, known_category="Private word"),
            group(client_id=3, model_category="Bars", size=2),
            group(client_id=1, model_category="Bars", size=5),
        ]
    )

    assert [(wish.client_id, wish.category, wish.is_known) for wish in cluster.wishes] == [
        (1, "Bars", False),
        (3, "Bars", False),
        (2, "Private word", True),
    ]


@pytest.mark.parametrize(
    ("groups", "is_said"),
    [
        pytest.param([group(known_category="Restaurants", size=2)], True, id="said"),
        pytest.param([group(known_category="Coffee", size=2)], False, id="not said"),
        pytest.param([group(size=2)], False, id="nothing known"),
        pytest.param(
            [group(known_category="Bars", size=3), group(rule_category="Bars", known_category="Bars")],
            False,
            id="said of few",
        ),
        pytest.param(
            [group(known_category="Bars"), group(rule_category="Bars", known_category="Bars")],
            True,
            id="said of half",
        ),
    ],
)
def test_clusters__category_that_the_rules_say__is_said_already(
    groups: list[DisagreementGroup], is_said: bool
) -> None:
    [cluster] = find_clusters(groups)

    assert cluster.wishes[0].is_said_already is is_said


def test_clusters__single_disagreements_and_nameless_ones__are_none() -> None:
    assert find_clusters([group(), group(merchant="", size=9)]) == []


def test_clusters__many__only_the_largest_are_left() -> None:
    found = find_clusters(
        [group(merchant=f"m{number:02}", size=number + 2) for number in range(CLUSTERS + 5)]
    )

    assert [cluster.count for cluster in found] == list(range(CLUSTERS + 6, 6, -1))
