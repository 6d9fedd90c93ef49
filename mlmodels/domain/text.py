"""Reduce a statement's text to the words that say who was paid."""

import re
import unicodedata
from itertools import pairwise

# What a terminal or a payment processor puts in front of the merchant's name.
_PROCESSOR = re.compile(
    r"^\s*(?:sq|tst|pp|paypal|sp|zettle_?|sumup|stripe|py|ic|wpy|crv|fs|in|bt|ckc?|dd|gpay|apple\s?pay|google)\s?\*+\s*"
)
_KIND = r"(?:card|purchase|payment|debit|withdrawal|to|at|from|\d{4})"
# One word such as "credit" or "card" may belong to a name (Credit Suisse, Card Factory): it takes two.
_TERMINAL = re.compile(
    rf"^\s*(?:(?:pos|checkcard|contactless|recurring|ach)(?:\s+{_KIND}\b)*"
    rf"|(?:check|card|debit|credit|visa|mastercard|online|purchase|payment)(?:\s+{_KIND}\b)+)\s+(?=\S)"
)
_ADDRESS = re.compile(r"https?://|\bwww\.|\.(?:com|net|org|ca|co\.uk|de|fr)\b(?:/\S*)?")
_DATE = re.compile(r"\b\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{1,4})?\b")
_STORE_NUMBER = re.compile(r"#\s*\w*\d\w*|\b(?:store|shop|no|nr)\.?\s*\d+\b")
_APOSTROPHE = re.compile(r"(?<=\w)['’`´](?=\w)")
_WORD = re.compile(r"[^\W_]+")
_THREE_DIGITS = re.compile(r"(?:\d\D*){3}")
# Only codes of regions: names of cities need a gazetteer and stay.
_REGION = re.compile(
    r"al|ak|az|ar|ca|co|ct|de|fl|ga|hi|id|il|in|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|nm|ny|nc|nd|oh|ok|or|"
    r"pa|ri|sc|sd|tn|tx|ut|vt|va|wa|wv|wi|wy|dc|ab|bc|mb|nb|nl|ns|nt|nu|on|pe|qc|sk|yt|us|usa|can|gb|uk"
)
_LONGEST = 200


def normalise(text: str) -> str:
    """Return the words of a description in lower case, without accents, numbers and a terminal's noise.

    A city's name stays: to tell it from a merchant's takes a gazetteer.
    """
    plain = _without_accents(text[:_LONGEST].casefold())
    plain = _APOSTROPHE.sub("", _PROCESSOR.sub("", _TERMINAL.sub("", plain)))
    for noise in (_ADDRESS, _STORE_NUMBER, _DATE):
        plain = noise.sub(" ", plain)
    words = [word for word in _WORD.findall(plain) if not _THREE_DIGITS.search(word)]
    while len(words) > 2 and _REGION.fullmatch(words[-1]):
        words.pop()
    return " ".join(words)


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def words_and_pairs(normalised: str) -> list[str]:
    """Return the words of a normalised text and each two that stand side by side."""
    words = normalised.split()
    return words + [f"{first} {second}" for first, second in pairwise(words)]


def character_grams(normalised: str, shortest: int, longest: int) -> list[str]:
    """Return the runs of characters inside each word, the word's two ends marked by a space."""
    grams = []
    for word in normalised.split():
        marked = f" {word} "
        for size in range(shortest, min(longest, len(marked)) + 1):
            grams += [marked[i : i + size] for i in range(len(marked) - size + 1)]
    return grams
