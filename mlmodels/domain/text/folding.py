"""Spell a text one way: case, accents, width, apostrophes, entities and invisible signs do not count."""

import html
import re
import unicodedata
from typing import Final

# Letters that no decomposition takes apart, the many apostrophes, and what no reader sees.
_SPELT: Final = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ı": "i",
        "ß": "ss",
        **dict.fromkeys("’‘ʼ´`′＇\u02bb\u05f3", "'"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u061c\u0640", None),
        **dict.fromkeys(map(chr, range(0x202A, 0x202F)), None),
        **dict.fromkeys(map(chr, range(0x2066, 0x206A)), None),
        **dict.fromkeys(map(chr, range(0xFE00, 0xFE10)), None),
    }
)
# Accents of the alphabets, Hebrew points, Arabic vowels. Other scripts' marks tell words apart and stay.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670]+")
_LONGEST: Final = 600  # one character may stand for eighteen
_APOSTROPHE = re.compile(r"(?<=\w)['`](?=\w)")


def fold(text: str) -> str:
    """Return the text in lower case, composed, without accents and apostrophes."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    plain = text.lower() if text.isascii() else _fold_unicode(text)
    if "_" in plain:
        plain = plain.replace("_", " ")
    if "'" in plain or "`" in plain:
        plain = _APOSTROPHE.sub("", plain)
    return plain


def _fold_unicode(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold()[:_LONGEST].translate(_SPELT)
    return unicodedata.normalize("NFKC", _ACCENTS.sub("", plain))
