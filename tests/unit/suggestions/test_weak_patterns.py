import pytest

from suggestions.domain.rules.weak_patterns import MIN_LOOKED_AT, weaknesses_of


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("Store", id="a weak word"),
        pytest.param("card  PAYMENT", id="several of them"),
        pytest.param("the #store", id="signs make no word"),
        pytest.param("4411", id="a number"),
        pytest.param("a", id="a letter"),
    ],
)
def test_weaknesses__word_of_very_many_merchants__one_sentence(pattern: str) -> None:
    assert len(weaknesses_of(pattern, looked_at=0, matched=0)) == 1


@pytest.mark.parametrize(
    "pattern", ["tim hortons", "apple store", "BP", "A&W", "supermarket", "restaurant", "7 eleven", "カフェ"]
)
def test_weaknesses__name_or_telling_word__none(pattern: str) -> None:
    assert weaknesses_of(pattern, looked_at=1_000, matched=200) == []


def test_weaknesses__matches_more_than_a_fifth__says_how_much() -> None:
    (sentence,) = weaknesses_of("toronto", looked_at=1_000, matched=201)

    assert "201 of 1,000 transactions, 20 %" in sentence


def test_weaknesses__few_transactions__a_share_says_nothing() -> None:
    assert not weaknesses_of("toronto", looked_at=MIN_LOOKED_AT - 1, matched=MIN_LOOKED_AT - 1)
    assert weaknesses_of("toronto", looked_at=MIN_LOOKED_AT, matched=MIN_LOOKED_AT)
