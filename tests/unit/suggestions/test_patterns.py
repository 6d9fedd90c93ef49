import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggestions.domain.rules.patterns import (
    InvalidPattern,
    PatternSet,
    WordIndex,
    check_pattern,
    split_words,
    to_searchable,
)


def is_found(pattern: str, text: str, kind: str = "literal") -> bool:
    check_pattern(kind, pattern)
    if kind == "literal":
        return 7 in WordIndex([(7, pattern)]).find(split_words(text))
    return PatternSet([(7, pattern)]).find(to_searchable(text)) == [7]


# --- words ---


@pytest.mark.parametrize(
    ("pattern", "description"),
    [
        pytest.param("TIM HORTONS", "tim hortons 55", id="upper-case pattern on lower-case text"),
        pytest.param("tim hortons", "POS TIM \t  HORTONS", id="any white space"),
        pytest.param("uber", "UBER EATS", id="a whole word followed by another"),
        pytest.param("bp", "BP#1123 MAIN ST", id="ends before a symbol"),
        pytest.param("7-ELEVEN", "7-Eleven 33012", id="symbol inside"),
        pytest.param("AT&T", "AT&T*BILL PAYMENT", id="ampersand"),
        pytest.param("A&W", "SQ *A&W", id="single letters"),
        pytest.param("A & W", "A&W #12", id="white space beside a symbol does not count"),
        pytest.param("YAHOO!", "YAHOO! INC", id="ends in a symbol"),
        pytest.param("SQ *", "SQ *COFFEE", id="a symbol at the edge needs no boundary"),
        pytest.param("café olé", "CAFE OLE", id="accents in the pattern"),
        pytest.param("cafe", "CAFÉ NOIR", id="accents in the text"),
        pytest.param("cafe", "CAFE\u0301 NOIR", id="decomposed accents in the text"),
        pytest.param("mcdonalds", "MCDONALD'S 4412", id="apostrophe in the text"),
        pytest.param("McDonald's", "MCDONALDS 4412", id="apostrophe in the pattern"),
        pytest.param("parents day", "PARENTS' DAY", id="apostrophe after a word"),
        pytest.param("strasse", "HAUPTSTRAßE STRASSE 5", id="the word stands elsewhere"),
        pytest.param("STRAßE", "STRASSE", id="sharp s"),
        pytest.param("tim", "\uff34\uff29\uff2d 5", id="full-width letters"),
        pytest.param("amzn", "AMZN_MKTP CA", id="an underscore parts words"),
        pytest.param("кафе", "КАФЕ ПУШКИНЪ", id="another script"),
    ],
)
def test_literal__words_at_boundaries__found(pattern: str, description: str) -> None:
    assert is_found(pattern, description)


@pytest.mark.parametrize(
    ("pattern", "description"),
    [
        pytest.param("bp", "SUBPAR GOLF", id="inside a word"),
        pytest.param("uber", "HUBERT", id="inside a name"),
        pytest.param("uber", "UBERLANDIA", id="start of a word"),
        pytest.param("eats", "UBEREATS", id="end of a word"),
        pytest.param("caf", "CAFÉ", id="before an accented letter"),
        pytest.param("tim hortons", "TIMHORTONS", id="one word is not two"),
        pytest.param("tim hortons", "TIM OF HORTONS", id="another word between"),
        pytest.param("shell", "SHELL2", id="before a digit"),
        pytest.param("tim hortons", "TIM", id="text ends too early"),
        pytest.param("кафе", "КАФЕЛЬ", id="inside a word of another script"),
        pytest.param("tim hortons", "", id="empty text"),
    ],
)
def test_literal__elsewhere__not_found(pattern: str, description: str) -> None:
    assert not is_found(pattern, description)


WORDS = st.lists(st.sampled_from(["a", "ab", "b", "7", "&", "*", "-", "é", "ba"]), min_size=1, max_size=4)
SPACES = st.sampled_from(["", " ", "  "])


@st.composite
def spaced(draw: st.DrawFn) -> str:
    return "".join(word + draw(SPACES) for word in draw(WORDS))


def reference_find(pattern: str, text: str) -> bool:
    token = re.compile(r"[a-z0-9]+|[^a-z0-9\s]")
    parts = token.findall(pattern.replace("é", "e"))
    expression = r"\s*".join(rf"(?<![a-z0-9]){p}(?![a-z0-9])" if p.isalnum() else re.escape(p) for p in parts)
    return re.search(expression, text.replace("é", "e")) is not None


@given(spaced().filter(lambda text: any(c.isalnum() for c in text)), spaced())
def test_literal__any_text__found_exactly_when_its_words_stand_at_boundaries(pattern: str, text: str) -> None:
    assert is_found(pattern, text) is reference_find(pattern, text)


@given(st.text(max_size=60))
def test_words__any_text__survive_a_change_of_case_and_spacing(text: str) -> None:
    words = split_words(text)

    assert split_words("  ".join(words)) == words or not text.isascii()
    assert all(words)
    if text.isascii():
        assert split_words(text.upper()) == words


# --- RE2 ---


@pytest.mark.parametrize(
    ("pattern", "description", "expected"),
    [
        pytest.param(r"uber\s+eats", "Uber  Eats 12", True, id="case does not matter"),
        pytest.param("BP", "subpar", False, id="not inside a word"),
        pytest.param("caf", "CAFÉ", False, id="not before an accented letter"),
        pytest.param("s", "CAFÉS", False, id="not after an accented letter"),
        pytest.param("bp", "a–bp–b", True, id="a dash outside ASCII parts words"),
        pytest.param("bp", "SHOP_BP_12", True, id="an underscore parts words"),
        pytest.param(r"sq \*.*", "SQ *COFFEE", True, id="dot star lets the match run on"),
        pytest.param("montr[eé]al", "MONTRE\u0301AL", True, id="composed before the search"),
        pytest.param("^tim|shell$", "MY SHELL", True, id="anchors and alternation"),
        pytest.param("^tim|shell$", "MY TIM", False, id="anchored"),
        pytest.param("shell|esso", "SHELLY ESSO", True, id="every alternative is bound"),
        pytest.param(r"\d{4}", "12345", False, id="digits are word characters"),
        pytest.param("bp", "\ud800 BP", True, id="half a surrogate pair does no harm"),
    ],
)
def test_re2__boundaries__as_for_words(pattern: str, description: str, expected: bool) -> None:
    assert is_found(pattern, description, kind="re2") is expected


@pytest.mark.parametrize(
    ("kind", "pattern", "message"),
    [
        pytest.param("literal", "  ", "empty", id="blank"),
        pytest.param("literal", "***", "add a word", id="no word"),
        pytest.param("literal", "a\x00b", "control character", id="NUL"),
        pytest.param("literal", "x" * 201, "shorten it to 200", id="too long"),
        pytest.param("merchant", "12345", "write the name as it stands", id="no name"),
        pytest.param("merchant", "🍕 ***", "write the name as it stands", id="signs for a merchant"),
        pytest.param("merchant", "Store", 'comes down to "store"', id="weak word"),
        pytest.param("merchant", "ONLINE PAYMENT 1234", 'comes down to "online payment"', id="weak words"),
        pytest.param("merchant", "Shop #12", "choose words instead", id="weak word and number"),
        pytest.param("merchant", "x" * 201, "shorten it to 200", id="too long a merchant"),
        pytest.param("re2", "x" * 201, "shorten it to 200", id="too long a pattern"),
        pytest.param("re2", "(?=shop)", "rewrite without them", id="look-ahead"),
        pytest.param("re2", r"(a)\1", "rewrite without them", id="back-reference"),
        pytest.param("re2", "a{2000}", "smaller repetition counts", id="large count"),
        pytest.param("re2", r"(\pL{1,30}x){1,30}", "smaller repetition counts", id="large once compiled"),
        pytest.param("re2", "(.{0,30}){0,30}z", "smaller repetition counts", id="nested counts"),
        pytest.param("re2", "a)(b", "correct it", id="closes the group around it"),
        pytest.param("re2", "[a", "correct it", id="unclosed class"),
        pytest.param("re2", r"\Qa.b", "backslash before each", id="quoting"),
        pytest.param("re2", "a*", "at least one character", id="star"),
        pytest.param("re2", "shell|", "at least one character", id="empty alternative"),
        pytest.param("re2", r"\b", "at least one character", id="boundary alone"),
        pytest.param("re2", "^", "at least one character", id="anchor alone"),
        pytest.param("regex", "a", "choose", id="unknown kind"),
    ],
)
def test_check_pattern__unfit__says_what_to_do(kind: str, pattern: str, message: str) -> None:
    with pytest.raises(InvalidPattern, match=message):
        check_pattern(kind, pattern)


@pytest.mark.parametrize("pattern", ["shell|esso", r"uber\s*eats?", r"(?:rent|miete)\b.*", "7-eleven", "A&W"])
def test_check_pattern__fit__accepted(pattern: str) -> None:
    check_pattern("re2", pattern)


def test_pattern_set__out_of_memory__falls_back_to_single_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    patterns = PatternSet([(0, "shell"), (1, "esso")])

    class Exhausted:
        def Match(self, text: str) -> list[int]:  # noqa: N802 - the name RE2 gave it
            return []

    monkeypatch.setattr(patterns, "_chunks", [(Exhausted(), [0, 1])])

    assert patterns.find("MY ESSO") == [1]
