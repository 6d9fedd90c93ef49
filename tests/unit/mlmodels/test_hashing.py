import numpy as np
import pytest

from mlmodels.domain.text import hashing
from mlmodels.domain.text.hashing import COLUMNS, hash_keys, hash_texts


def words_in(*texts: str) -> list[int]:
    counts: list[int] = hash_texts(texts, kind=0).words.sum(axis=1).astype(int).ravel().tolist()[0]
    return counts


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("rent", 1, id="one word"),
        pytest.param("city fuel", 3, id="two words and their pair"),
        pytest.param("CITY  fuel\t#12", 5, id="spaces and signs part words"),
        pytest.param("", 0, id="nothing"),
        pytest.param("-- !", 0, id="signs alone"),
        pytest.param("カフェ", 1, id="another script"),
    ],
)
def test_hash_texts__words__counted_with_their_pairs(text: str, count: int) -> None:
    assert hash_texts([text], kind=0).words.sum() == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        # " a ", of 2 characters two and of 3 one; " ab " three, two and one.
        pytest.param("a", 3, id="one letter"),
        pytest.param("ab", 6, id="two letters"),
        pytest.param("a ab", 9, id="no run crosses a space"),
        pytest.param("", 0, id="nothing"),
    ],
)
def test_hash_texts__runs__stay_within_a_word(text: str, count: int) -> None:
    assert hash_texts([text], kind=0).runs.sum() == count


def test_hash_texts__case_and_neighbours__change_nothing() -> None:
    alone = hash_texts(["City Fuel"], kind=0)
    among = hash_texts(["x", "CITY FUEL", "\ud800"], kind=0).take(np.array([1]))

    assert (alone.words != among.words).nnz == 0
    assert (alone.runs != among.runs).nnz == 0


def test_hash_texts__other_kind__other_columns() -> None:
    first, second = (set(hash_texts(["city fuel"], kind=kind).runs.indices.tolist()) for kind in (0, 1))

    assert len(first & second) <= 1


def test_hash_texts__more_than_at_once__as_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"shop {number}" for number in range(7)]
    together = hash_texts(texts, kind=0).words
    monkeypatch.setattr(hashing, "_AT_ONCE", 3)

    assert (hash_texts(texts, kind=0).words != together).nnz == 0


def test_hash_keys__any_keys__a_column_each_and_equal_for_equal_keys() -> None:
    columns = hash_keys(["u1", "", "u2", "u1"], kind=2)

    assert columns[0] == columns[3]
    assert len(set(columns.tolist())) == 3
    assert columns.max() < COLUMNS
