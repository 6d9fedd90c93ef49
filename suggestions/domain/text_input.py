"""Refuse text that no database, log or terminal can carry."""

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Tell whether the text has neither a NUL character nor half of a surrogate pair."""
    return _UNSTORABLE.search(text) is None
