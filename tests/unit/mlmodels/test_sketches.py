import numpy as np
import pytest
import scipy.sparse as sp

from mlmodels.domain.features import TextFeatures
from mlmodels.domain.sketches import WIDTH, sketch
from mlmodels.domain.text.hashing import COLUMNS

Text = dict[int, float]
"""The columns of a text, each with its weight."""


def to_matrix(texts: list[Text]) -> sp.csr_matrix:
    rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    columns = np.array([column for text in texts for column in text], np.intp)
    values = np.array([value for text in texts for value in text.values()], np.float32)
    return sp.csr_matrix((values, (rows, columns)), (len(texts), COLUMNS))


def features_of(descriptions: list[Text], memos: list[Text] | None = None) -> TextFeatures:
    each = np.arange(len(descriptions))
    return TextFeatures(
        to_matrix(descriptions), each, to_matrix(memos or [{}] * len(each)), each, to_matrix([{}] * len(each))
    )


@pytest.mark.parametrize(
    ("column", "place", "sign"),
    [
        pytest.param(0, 0, -1, id="the-first"),
        pytest.param(63, 63, -1, id="the-last-sum"),
        pytest.param(64, 0, 1, id="round-again-with-the-other-sign"),
        pytest.param(127, 63, 1, id="the-last-sum-again"),
        pytest.param(128, 0, -1, id="the-first-sign-again"),
        pytest.param(COLUMNS - 1, 63, 1, id="the-last-column"),
    ],
)
def test_sketch__one_column__in_its_sum_with_its_sign(column: int, place: int, sign: int) -> None:
    expected = np.zeros((1, WIDTH))
    expected[0, place] = sign

    assert np.array_equal(sketch(features_of([{column: 0.5}]), slice(None)), expected)


def test_sketch__texts_whose_columns_have_sums_of_their_own__product_is_their_cosine() -> None:
    one, other = {1: 3.0, 66: 4.0}, {66: 4.0, 131: 3.0}

    first, second = sketch(features_of([one, other]), slice(None))

    assert first @ first == pytest.approx(1)
    assert first @ second == pytest.approx(16 / 25)


def test_sketch__two_columns_of_one_sum__added_with_their_signs() -> None:
    same_sign, opposite = sketch(features_of([{0: 1.0, 128: 1.0, 1: 2.0}, {0: 1.0, 64: 1.0}]), slice(None))

    assert same_sign[:2] == pytest.approx([-(0.5**0.5), -(0.5**0.5)])
    assert not opposite.any()


def test_sketch__memo__weighs_as_much_as_the_description() -> None:
    (found,) = sketch(features_of([{5: 9.0}], [{6: 0.1}]), slice(None))

    assert found[5:7] == pytest.approx([-(0.5**0.5), -(0.5**0.5)])


def test_sketch__some_rows__theirs_in_their_order() -> None:
    features = features_of([{1: 1.0}, {2: 1.0}, {3: 1.0}], [{11: 1.0}, {12: 1.0}, {13: 1.0}])

    found = sketch(features, np.array([2, 0]))

    assert [np.flatnonzero(row).tolist() for row in found] == [[3, 13], [1, 11]]
