"""Take from a folded statement line whatever does not name the merchant."""

import re
from typing import Final

from mlmodels.domain.text import merchant_noise as noise
from mlmodels.domain.text.merchant_front import LEADS, skip_lead, skip_processor
from mlmodels.domain.text.merchant_words import (
    BELONGING,
    CITIES,
    COUNTRIES,
    JOINED,
    MONTHS,
    OWN_WORDS,
    PLACES,
    PROVINCES,
    REGIONS,
    RESPELT,
    SPELLINGS,
)

# Letters and digits, with the vowel signs that Python does not count among the letters.
_SIGNS: Final = (
    "\u0900-\u0963\u0966-\u0df3\u0e31-\u0e4e\u0eb1-\u0ecd\u0f71-\u0f84\u102b-\u103e\u17b4-\u17d3\u3099\u309a"
)
_TOKEN = re.compile(rf"\d+(?:[.:/,-]\d+)+|[^\W_][\w{_SIGNS}]*")
_TOKEN_ASCII = re.compile(r"\d+(?:[.:/,-]\d+)+|[a-z0-9]+")
_SHORT_PAIR = re.compile(r"\b([^\W\d_]{1,2}) ?[&+] ?([^\W\d_]{1,2})\b")
_SHORT_HYPHEN = re.compile(r"-(?<=\b[^\W_]-)(?=[^\W\d_])")

# A word with digits in it.
_DATE = re.compile(
    r"\d{1,2}(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\d*"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)\d+"
)
_NAME_THEN_NUMBER = re.compile(r"([^\W\d_]{3,})\d{2,}[^\W\d_]{0,2}")
_NUMBER_THEN_NAME = re.compile(r"\d{1,2}[^\W\d_]{3,}|\d{3,4}[^\W\d_]{4,}")
_HIDDEN = re.compile(r"x{3,}\d*")
_REFERENCE = re.compile(r"(?:[^\d]*\d){3}|(?=.{8})(?:[^\d]*\d){2}")
# A store's number and the place behind it.
_BRANCH = re.compile(r"#\s?\w{0,9}\d\w*(?:[^\w#]+[^\W\d]+){0,3}[^\w#]*$")
_LETTER = re.compile(r"[^\W\d_]")
_TAIL_SIGN = re.compile(r"[:+,]|//")
_DIGIT = re.compile(r"\d")
_MOST_WORDS: Final = 60
_SEARCHED: Final = 240  # twice the longest key
_STORE: Final = "0000"
_LITTLE_WORDS: Final = "aeiy"  # articles, and what says "and"
_LONGEST_STORE_NUMBER: Final = 6
_LONGEST_PLACE: Final = 3  # words


def reduce_words(plain: str) -> str:
    """Return the words of a folded text that name the merchant; all its words when none is left."""
    named = _without_branch(plain) if "#" in plain else plain
    compact = named.replace(" ", "")
    words = named.split() if compact.isalnum() else _tokens(named)
    if words and (words[0] in LEADS or "*" in named):
        named = _without_front(named, words[0])
        compact = named.replace(" ", "")
        words = _tokens(named)
    if not compact.isalpha():
        if not compact.isalnum() or not noise.MARKERS.isdisjoint(words):
            words = _tokens(_without_noise(named[:_SEARCHED], words))
        words = _without_numbers(words)
    return " ".join(_tidy(words) or _any_words(plain))


def _without_front(plain: str, first: str) -> str:
    if first in LEADS:
        plain = skip_lead(plain, first)
    return skip_processor(plain) if "*" in plain else plain


def _any_words(plain: str) -> list[str]:
    words = _tokens(plain)
    return [word for word in words if word.isalpha() and not _HIDDEN.fullmatch(word)] or words


def _tokens(plain: str) -> list[str]:
    return (_TOKEN_ASCII if plain.isascii() else _TOKEN).findall(plain)


def _without_noise(plain: str, words: list[str]) -> str:
    if not noise.TAIL_WORDS.isdisjoint(words) or _TAIL_SIGN.search(plain):
        plain = _without_tail(plain)
    if "." in plain:
        plain = _without_address(plain)
    if _DIGIT.search(plain):
        plain = noise.NUMBERED.sub(_to_store_number, plain)
    if "&" in plain or "+" in plain:
        plain = _SHORT_PAIR.sub(r"\1\2", plain)
    if "-" in plain:
        plain = _SHORT_HYPHEN.sub("", plain)
    return plain


def _without_branch(plain: str) -> str:
    at = plain.index("#")
    if not at or not _BRANCH.match(plain, at):
        return plain
    head, _, last = plain[:at].rstrip(" -").rpartition(" ")
    if last in noise.STORES and head and not head.endswith(noise.STORES_BY_NAME):
        return head
    return plain[:at]


def _without_address(plain: str) -> str:
    if plain.count(".") > 1 or "/" in plain:
        plain = noise.HOST.sub(" ", noise.HELP.sub(" ", plain))
    return noise.DOMAIN.sub(" ", plain)


def _without_tail(plain: str) -> str:
    tail = noise.TAIL.search(plain)
    if tail is not None and _LETTER.search(plain, 0, tail.start()):
        return plain[: tail.start()]
    return plain


def _to_store_number(found: re.Match[str]) -> str:
    return f" {_STORE} " if found.lastgroup == "store" else " "


def _without_numbers(words: list[str]) -> list[str]:
    kept: list[str] = []
    place_from = 0
    for at, word in enumerate(words[:_MOST_WORDS]):
        if word.isalpha():
            kept.append(word)
            continue
        shorter, is_store = _shorten(word, at, words)
        if shorter:
            kept.append(shorter)
        if is_store and not place_from:
            place_from = len(kept)
    # What follows a store's number is where the store is.
    if place_from and len(kept) - place_from <= _LONGEST_PLACE and kept[place_from - 1] not in CITIES:
        return kept[:place_from]
    return kept


def _shorten(word: str, at: int, words: list[str]) -> tuple[str, bool]:
    if word.isdecimal():
        return _shorten_number(word, at, words)
    is_cluster = word[0].isdecimal() and not word.isalnum()
    if is_cluster or _HIDDEN.fullmatch(word) or _DATE.fullmatch(word):
        return "", False
    if _NUMBER_THEN_NAME.fullmatch(word):
        return word, False
    name = _NAME_THEN_NUMBER.fullmatch(word)
    if name is not None:
        return name[1], True
    return ("", False) if _REFERENCE.match(word) else (word, False)


def _shorten_number(word: str, at: int, words: list[str]) -> tuple[str, bool]:
    following = words[at + 1] if at + 1 < len(words) else ""
    if len(word) <= 2:
        is_day = word[0] == "0" or (at > 0 and following in MONTHS)
        return ("" if is_day else word), False
    if word == _STORE:
        return "", True
    is_name = not at and following and (len(word) == 3 or following in PROVINCES)
    if is_name or (at == 1 and words[0] == "the"):
        return word, False
    return "", len(word) <= _LONGEST_STORE_NUMBER


def _tidy(words: list[str]) -> list[str]:
    if "and" in words:
        words = [word for word in words if word != "and"]
    if len(words) > 1 and words[-1] in PLACES:
        words = _without_place(words)
    if words and words[0] in RESPELT:
        words = _with_one_spelling(words)
    if len(words) > 1 and min(map(len, words)) == 1:
        words = _join_letters(words)
    return words


def _without_place(words: list[str]) -> list[str]:
    end = len(words)
    while end > 2 and words[end - 1] in REGIONS:
        end -= 1
    place, before = words[end - 1], words[end - 2]
    needs = 2 if place in CITIES and end < len(words) else 3
    if end >= needs and (place in CITIES or place in COUNTRIES) and before not in BELONGING:
        end -= 1
    return words[:end]


def _with_one_spelling(words: list[str]) -> list[str]:
    first, *rest = words
    if first == "the":
        return rest if len(rest) > 1 else words
    first = SPELLINGS.get(first, first)
    if rest and (first, rest[0]) in JOINED:
        first = JOINED[first, rest.pop(0)]
    own = OWN_WORDS.get(first)
    if own:
        rest = [word for word in rest if word not in own and word != first and word.isalpha()]
    return [first, *rest]


def _join_letters(words: list[str]) -> list[str]:
    joined: list[str] = []
    run = ""
    for word in [*words, ""]:
        if word == "s" and joined and not run and joined[-1][-1] != "s":
            joined[-1] += word
        elif len(word) == 1 and word.isascii() and word.isalpha():
            run += word
        else:
            joined += _end_run(run, word)
            run = ""
    return joined


def _end_run(run: str, word: str) -> list[str]:
    if len(run) == 1 and run not in _LITTLE_WORDS:
        return [run + word]
    return [part for part in (run, word) if part]
