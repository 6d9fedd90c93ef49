"""Reduce a statement's text to the words that say who was paid."""

import re
from typing import Final

from mlmodels.domain.text.folding import fold
from mlmodels.domain.text.merchant import reduce_words

_WORD = re.compile(r"[^\W_]+")
LONGEST: Final = 120
"""Characters of a merchant's key, at most."""
_LOOKED_AT: Final = 500
# Each round but the last takes something away; no text made so far needs more than a handful.
_ROUNDS: Final = 12


def normalise(text: str) -> str:
    """Return the merchant's key: lower-case words without numbers, places and what the bank or terminal adds.

    Lines of one merchant give the same key. A key is its own key. A text with a letter has one.
    """
    key = _reduce(text[:_LOOKED_AT])
    if key:
        return key
    words = " ".join(_WORD.findall(text[:_LOOKED_AT].casefold()))[:LONGEST].rstrip()
    return _reduce(words) or words


def _reduce(text: str) -> str:
    key = text
    for _ in range(_ROUNDS):
        plain = fold(key)[:_LOOKED_AT]
        key = reduce_words(plain)[:LONGEST].rstrip()
        if key == plain:
            break
    return key
