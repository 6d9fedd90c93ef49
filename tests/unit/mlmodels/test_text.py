import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlmodels.domain.text.key import LONGEST, normalise
from tests.unit.mlmodels.statement_lines import STATEMENT_LINES

PIECES = sorted({word for line in STATEMENT_LINES for word in str(line.values[0]).split()})
LINES = st.text(max_size=60) | st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12).flatmap(
    lambda words: st.sampled_from([" ".join(words), "".join(words), "-".join(words), "*".join(words)])
)


@pytest.mark.parametrize(("text", "expected"), STATEMENT_LINES)
def test_normalise__statement_line__leaves_the_words_that_say_who(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Tim Hortons #0119", "TIM HORTONS 7080 QTH", id="stores"),
        pytest.param("WAL-MART #1004", "WALMART.CA", id="hyphen-or-not"),
        pytest.param("WAL MART", "Walmart 3159", id="space-or-not"),
        pytest.param("DM-DROGERIE MARKT", "DM DROGERIE MARKT 1234", id="hyphen-behind-two-letters"),
        pytest.param("CHICK-FIL-A #0123", "CHICK FIL A", id="two-hyphens"),
        pytest.param("7-ELEVEN 24131", "7 ELEVEN #12", id="seven-eleven"),
        pytest.param("MARKS&SPENCER", "Marks and Spencer", id="ampersand-or-and"),
        pytest.param("H&M 0123", "H & M", id="short-ampersand"),
        pytest.param("MCDONALD'S F12345", "MCDONALDS 4411 LONDON", id="apostrophe-or-not"),
        pytest.param("SQ *NOODLE HOUSE", "POS PURCHASE NOODLE HOUSE", id="processor-or-terminal"),
        pytest.param("Amazon.com*AB1CD2EF3", "AMZN Mktp US*2K3RT4Y1", id="amazon"),
        pytest.param("CAFE NERO", "CAFÉ NÉRO", id="accents"),
        pytest.param("STARBUCKS TORONTO ON", "STARBUCKS 04438", id="city-or-number"),
        pytest.param("THE HOME DEPOT #7134", "HOME DEPOT", id="article"),
        pytest.param("UBER *TRIP HELP.UBER.COM", "UBER TRIP 7X2AB", id="uber"),
        pytest.param("INTERAC e-Transfer Jane Doe", "E-TRANSFER sent Jane Doe", id="e-transfer"),
    ],
)
def test_normalise__lines_of_one_merchant__share_a_key(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("UBER *TRIP", "UBER *EATS", id="uber"),
        pytest.param("THE UPS STORE #12", "UPS 1Z999", id="ups"),
        pytest.param("AMAZON PRIME*M12AB3CD4", "AMZN Mktp US*2K3RT4Y1", id="amazon-prime"),
        pytest.param("GOOGLE *Spotify", "GOOGLE *Ads1234567", id="google"),
        pytest.param("BOSTON PIZZA", "PIZZA PIZZA", id="city-in-front"),
        pytest.param("TORONTO STAR", "TORONTO ZOO", id="same-city"),
        pytest.param("BANK OF MONTREAL", "BANK OF AMERICA", id="banks"),
        pytest.param("CREDIT SUISSE", "CREDIT AGRICOLE", id="credit"),
        pytest.param("982846 ONTARIO LIMITED", "2267730 ONTARIO LIMITED", id="numbered-companies"),
        pytest.param("カキ", "ガギ", id="voiced-kana"),
        pytest.param("MOTEL 6", "MOTEL 8", id="number-of-the-name"),
        pytest.param("STOP & SHOP 0612", "STOP", id="shop-of-the-name"),
        pytest.param("SHELL", "SHELTER", id="one-begins-like-the-other"),
    ],
)
def test_normalise__other_merchants__have_other_keys(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(LINES)
def test_normalise__any_text__is_its_own_key_bounded_and_never_empty_without_need(text: str) -> None:
    key = normalise(text)

    assert normalise(key) == key
    assert len(key) <= LONGEST
    assert key or not any(character.isalnum() for character in text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("&amp;", "amp", id="an-entity-alone"),
        pytest.param("\u0640", "\u0640", id="a-letter-that-only-stretches-words"),
        pytest.param("VISA DEBIT 1234", "visa debit", id="noise-alone"),
    ],
)
def test_normalise__nothing_left__keeps_what_there_is(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_normalise__very_long_text__is_cut() -> None:
    assert len(normalise("word " * 10_000)) <= LONGEST
