"""The filter of a list as it stands in the address: checked, and without what is only a place in the list."""

import re
from typing import Final
from urllib.parse import parse_qsl, urlencode

LONGEST: Final = 2_000
_MOST_PARAMETERS: Final = 100
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
# Which part of the list is looked at, and what the framework adds to it.
_PLACES: Final = frozenset({"p", "e", "all", "before", "_changelist_filters", "_popup", "_to_field"})


class QueryRefused(Exception):
    """The text is no filter that can be saved; the message says why."""


def to_query(text: str) -> str:
    """Return the parameters of a filter, written in one way and without a leading question mark.

    Raises:
        QueryRefused: It is too long, empty, or holds anything but parameters.
    """
    if len(text) > LONGEST:
        raise QueryRefused(f"The filter is longer than {LONGEST:,} characters.")
    try:
        given = parse_qsl(
            text.removeprefix("?"),
            keep_blank_values=True,
            strict_parsing=bool(text.removeprefix("?")),
            max_num_fields=_MOST_PARAMETERS,
        )
    except ValueError as error:
        raise QueryRefused("Only the parameters of a filter can be saved.") from error
    # An address would show as a name with a slash or a colon: it is always put behind the page's own.
    if not all(_NAME.fullmatch(name) for name, _ in given):
        raise QueryRefused("Only the parameters of a filter can be saved.")
    kept = [(name, value) for name, value in given if name not in _PLACES]
    if not any(value for _, value in kept):
        raise QueryRefused("Nothing is filtered here: choose a filter first, then save it.")
    query = urlencode(kept)
    # Written in one way it may be longer than it came.
    if len(query) > LONGEST:
        raise QueryRefused(f"The filter is longer than {LONGEST:,} characters.")
    return query


def to_query_or_nothing(text: str) -> str:
    """Return the parameters; empty where there is no filter that can be saved."""
    try:
        return to_query(text)
    except QueryRefused:
        return ""
