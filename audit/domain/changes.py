"""Say in one line what an entry changed."""

import json
from collections.abc import Mapping
from typing import Final

SHOWN: Final = 3
LONGEST: Final = 40


def describe_change(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    """Name the first values that differ, from and to; empty when none does."""
    names = [name for name in (*after, *(set(before) - set(after))) if before.get(name) != after.get(name)]
    said = [f"{name}: {_short(before.get(name))} → {_short(after.get(name))}" for name in names[:SHOWN]]
    more = [f"and {len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return ", ".join(said + more)


def _short(value: object) -> str:
    if value is None or value == "":
        return "–"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
