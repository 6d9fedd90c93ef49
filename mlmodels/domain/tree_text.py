"""Check LightGBM's text format by reading it, before its own parser, which trusts every index, may."""

import math
import re
from collections.abc import Sized

_HEADER_END = "\nTree=0\n"
_TREES_END = "\nend of trees\n"
# LightGBM's own reader runs past the end of a text whose parameters are cut.
_PARAMETERS = re.compile(
    r"\nparameters:\n(?:\[\w+: [^\]\n]*\]\n)+\nend of parameters\n\npandas_categorical:null\n\Z"
)


class TreeTextInvalid(Exception):
    """The text is not a sound set of trees."""


def check_tree_text(text: str, *, features: int) -> None:
    """Raise TreeTextInvalid unless every tree is a tree over the features and gives finite values."""
    header, separator, rest = text.partition(_HEADER_END)
    body, end, tail = rest.partition(_TREES_END)
    if not separator or not end:
        raise TreeTextInvalid("the trees have no beginning or no end")
    if "\0" in text or not _PARAMETERS.search(tail):
        raise TreeTextInvalid("the parameters are cut or garbled")
    _check_header(_fields(header), features)
    trees = body.split("\nTree=")
    sizes = _integers(_fields(header), "tree_sizes")
    if len(sizes) != len(trees):
        raise TreeTextInvalid("the header announces another number of trees")
    for tree in trees:
        _check_tree(_fields(tree), features)


def _check_header(header: dict[str, str], features: int) -> None:
    expected: dict[str, str | None] = {
        "num_class": "1",
        "num_tree_per_iteration": "1",
        "max_feature_idx": str(features - 1),
        "objective": None,  # a sum of trees, whose softmax is ours
    }
    for key, value in expected.items():
        if header.get(key) != value:
            raise TreeTextInvalid(f"{key} is not {value or 'absent'}")
    if len(header.get("feature_names", "").split()) != features:
        raise TreeTextInvalid(f"there are not {features} feature names")


def _check_tree(tree: dict[str, str], features: int) -> None:
    leaves = _integers(tree, "num_leaves")
    if len(leaves) != 1 or leaves[0] < 1 or _integers(tree, "num_cat") != [0] or tree.get("is_linear") != "0":
        raise TreeTextInvalid("a tree is not of the kind that is trained here")
    if len(_finite(tree, "leaf_value")) != leaves[0]:
        raise TreeTextInvalid("a tree has another number of leaf values than of leaves")
    if leaves[0] > 1:
        _check_splits(tree, leaves[0], features)


def _check_splits(tree: dict[str, str], leaves: int, features: int) -> None:
    split_features = _integers(tree, "split_feature")
    columns: list[Sized] = [split_features, _finite(tree, "threshold"), _integers(tree, "decision_type")]
    children = [_integers(tree, "left_child"), _integers(tree, "right_child")]
    if any(len(column) != leaves - 1 for column in [*columns, *children]):
        raise TreeTextInvalid("a tree has another number of splits than its leaves need")
    if any(not 0 <= feature < features for feature in split_features):
        raise TreeTextInvalid("a split asks for a feature that does not exist")
    # A sound tree reaches every node but the root, and every leaf, exactly once.
    reached = sorted(children[0] + children[1])
    if reached != [*range(-leaves, 0), *range(1, leaves - 1)] or _has_cycle(children):
        raise TreeTextInvalid("the nodes of a tree do not hang together")


def _has_cycle(children: list[list[int]]) -> bool:
    left, right = children
    waiting, seen = [0], 0
    while waiting and seen <= len(left):
        node = waiting.pop()
        seen += 1
        waiting += [child for child in (left[node], right[node]) if child >= 0]
    return seen != len(left)


def _fields(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def _integers(fields: dict[str, str], name: str) -> list[int]:
    try:
        return [int(value) for value in fields[name].split()]
    except (KeyError, ValueError) as error:
        raise TreeTextInvalid(f"{name} is missing or not made of integers") from error


def _finite(fields: dict[str, str], name: str) -> list[float]:
    try:
        values = [float(value) for value in fields[name].split()]
    except (KeyError, ValueError) as error:
        raise TreeTextInvalid(f"{name} is missing or not made of numbers") from error
    if not all(math.isfinite(value) for value in values):
        raise TreeTextInvalid(f"{name} has a value that is not finite")
    return values
