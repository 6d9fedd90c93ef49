"""Ids of rows, as they come from outside."""

from typing import Final

MAX_ID: Final = 2**63 - 1


def parse_id(value: object) -> int | None:
    """Return the id; None for anything that is no id: `true`, `1.0` and full-width digits are none."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(MAX_ID)):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_ID:
        return None
    return value
