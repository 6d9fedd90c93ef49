import pytest

from mlmodels.domain.text import character_grams, normalise, words_and_pairs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("SQ *BADADAN AUTHENTIC", "badadan authentic", id="square"),
        pytest.param("PAYPAL *STEAM GAMES", "steam games", id="paypal"),
        pytest.param("PP*GITHUB", "github", id="processor-without-space"),
        pytest.param("TST* THE BURGER BAR", "the burger bar", id="toast"),
        pytest.param("POS PURCHASE WALMART #1234", "walmart", id="terminal"),
        pytest.param("POS PURCHASE SQ *NOODLE HOUSE", "noodle house", id="terminal-and-processor"),
        pytest.param("CHECKCARD 0412 SHELL OIL 57444", "shell oil", id="terminal-with-date"),
        pytest.param("Card payment to Café Lücke", "cafe lucke", id="accents"),
        pytest.param("CREDIT SUISSE", "credit suisse", id="a-name-that-begins-like-a-terminal"),
        pytest.param("CARD FACTORY", "card factory", id="another-such-name"),
        pytest.param("ONLINE PAYMENT", "online payment", id="nothing-but-noise-stays"),
        pytest.param("STARBUCKS STORE 00119 TORONTO ON", "starbucks toronto", id="store-and-region"),
        pytest.param("WWW.AMAZON.COM/BILL WA", "amazon wa", id="address"),
        pytest.param("NETFLIX.COM", "netflix", id="domain"),
        pytest.param("O'MALLEY’S PUB", "omalleys pub", id="apostrophes"),
        pytest.param("7-ELEVEN 24131", "7 eleven", id="a-digit-in-the-name"),
        pytest.param("3M CANADA", "3m canada", id="two-words-keep-the-country"),
        pytest.param("PAYROLL ACME 2024-01-31", "payroll acme", id="date"),
        pytest.param("ﬁsh & chips", "fish chips", id="ligature"),
        pytest.param("İSTANBUL KEBAP", "istanbul kebap", id="dotted-i"),
        pytest.param("株式会社 山田", "株式会社 山田", id="no-latin"),
        pytest.param("🍕 pizza", "pizza", id="emoji"),
        pytest.param("a\x00b", "a b", id="nul"),
        pytest.param("\ud800 shop", "shop", id="lone-surrogate"),
        pytest.param("12345 67890", "", id="only-numbers"),
        pytest.param("***", "", id="only-signs"),
        pytest.param("", "", id="empty"),
    ],
)
def test_normalise__statement_text__leaves_the_words_that_say_who(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_normalise__case_and_store_number__make_no_difference() -> None:
    assert normalise("Tim Hortons #0119") == normalise("TIM HORTONS #7080") == "tim hortons"


def test_normalise__very_long_text__is_cut() -> None:
    assert len(normalise("word " * 10_000)) <= 200


def test_words_and_pairs__three_words__words_then_neighbours() -> None:
    assert words_and_pairs("the burger bar") == ["the", "burger", "bar", "the burger", "burger bar"]


def test_character_grams__short_word__marks_both_ends() -> None:
    assert character_grams("bp", 3, 4) == [" bp", "bp ", " bp "]


def test_character_grams__no_word__none() -> None:
    assert character_grams("", 3, 5) == []
