import json
import re

import pytest

from mlmodels.domain.candidates import FEATURE_NAMES
from mlmodels.domain.tree_text import TreeTextInvalid, check_tree_text
from mlmodels.learning.training import TrainedModel


@pytest.fixture(scope="session")
def text(trained: TrainedModel) -> str:
    return str(json.loads(trained.artifact.data)["model"])


def check(text: str) -> None:
    check_tree_text(text, features=len(FEATURE_NAMES))


def replaced(text: str, pattern: str, by: str) -> str:
    changed, count = re.subn(pattern, by, text, count=1, flags=re.MULTILINE)
    assert count == 1
    return changed


def test_check_tree_text__a_trained_model__passes(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    ("pattern", "by"),
    [
        pytest.param(r"^num_class=1$", "num_class=5", id="classes"),
        pytest.param(r"^num_tree_per_iteration=1$", "num_tree_per_iteration=5", id="trees-an-iteration"),
        pytest.param(r"^max_feature_idx=\d+$", "max_feature_idx=9", id="features"),
        pytest.param(r"^label_index=0$", "label_index=0\nobjective=binary", id="objective"),
        pytest.param(r"^feature_names=\S+ ", "feature_names=", id="a-feature-name-less"),
        pytest.param(r"^tree_sizes=\d+ ", "tree_sizes=", id="a-tree-less-announced"),
        pytest.param(r"^Tree=0$", "Tre", id="no-first-tree"),
        pytest.param(r"^end of trees$", "end", id="no-end"),
        pytest.param(r"^end of parameters$", "", id="parameters-without-end"),
        pytest.param(r"^\[num_class: 1\]$", "[num_class: 1", id="a-parameter-cut"),
        pytest.param(r"^pandas_categorical:null\n", "", id="cut-at-the-very-end"),
        pytest.param(r"^version=v4$", "version=\0", id="nul"),
        pytest.param(r"^num_leaves=\d+$", "num_leaves=900000000", id="leaves-without-end"),
        pytest.param(r"^num_leaves=\d+$", "num_leaves=0", id="no-leaf"),
        pytest.param(r"^num_leaves=\d+$", "num_leaves=x", id="leaves-no-number"),
        pytest.param(r"^num_cat=0$", "num_cat=3", id="categorical-splits"),
        pytest.param(r"^is_linear=0$", "is_linear=1", id="linear-leaves"),
        pytest.param(r"^split_feature=\d+", "split_feature=77777", id="feature-out-of-range"),
        pytest.param(r"^split_feature=\d+", "split_feature=-1", id="feature-negative"),
        pytest.param(r"^threshold=\S+", "threshold=nan", id="threshold-nan"),
        pytest.param(r"^threshold=\S+", "threshold=", id="a-threshold-less"),
        pytest.param(r"^leaf_value=\S+", "leaf_value=inf", id="leaf-infinite"),
        pytest.param(r"^leaf_value=", "leaf_value=1 ", id="a-leaf-more"),
        pytest.param(r"^left_child=-?\d+", "left_child=0", id="child-is-the-root"),
        pytest.param(r"^left_child=-?\d+", "left_child=5000", id="child-out-of-range"),
        pytest.param(r"^right_child=-?\d+", "right_child=-5000", id="leaf-out-of-range"),
        pytest.param(r"^right_child=.*$", "", id="no-right-children"),
    ],
)
def test_check_tree_text__one_thing_broken__refused(pattern: str, by: str, text: str) -> None:
    with pytest.raises(TreeTextInvalid):
        check(replaced(text, pattern, by))


def test_check_tree_text__nodes_in_a_circle__refused(text: str) -> None:
    # Every node is reached once, yet two of them only by each other.
    circle = (
        "num_leaves=4\nnum_cat=0\nsplit_feature=0 0 0\nthreshold=1 1 1\ndecision_type=2 2 2\n"
        "left_child=-1 2 1\nright_child=-2 -3 -4\nleaf_value=0 0 0 0\nis_linear=0\n"
    )

    with pytest.raises(TreeTextInvalid, match="hang together"):
        check(re.sub(r"(?<=^Tree=0\n)(.|\n)*?(?=\nTree=1$)", circle, text, count=1, flags=re.MULTILINE))


def test_check_tree_text__another_number_of_features__refused(text: str) -> None:
    with pytest.raises(TreeTextInvalid):
        check_tree_text(text, features=len(FEATURE_NAMES) - 1)


@pytest.mark.parametrize("text", ["", "tree", "\nTree=0\n", "\nTree=0\n\nend of trees\n"])
def test_check_tree_text__no_model_at_all__refused(text: str) -> None:
    with pytest.raises(TreeTextInvalid):
        check_tree_text(text, features=6)
