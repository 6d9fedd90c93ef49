"""Judge once more what the log keeps: from the counts of a look, its verdicts have to come out again."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

from suggestions.domain.ramp.judging import Inputs, judge

# The last digits of a logarithm are not the same on every machine.
TOLERANCE: Final = 1e-9
MISSING: Final = "nothing"
WORDING: Final = frozenset({"title", "detail"})
"""Words for people about a verdict: a release may put them differently, and concludes the same."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A verdict that does not follow from the counts kept beside it."""

    place: str
    """Where in the verdicts, such as `agreement.lower`; empty where nothing could be judged."""
    detail: str


def holds_verdicts(evidence: Mapping[str, Any]) -> bool:
    """Tell whether evidence is that of a look, which keeps what it counted beside what it concluded."""
    return "verdicts" in evidence or "inputs" in evidence


def first_difference(evidence: Mapping[str, Any]) -> Difference | None:
    """Judge the counts again and compare; None where every verdict comes out as it was kept."""
    try:
        kept = evidence["verdicts"]
        recomputed = json.loads(json.dumps(judge(Inputs.from_json(evidence["inputs"])).verdicts()))
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        return Difference("", f"it cannot be judged again ({type(error).__name__})")
    return next(_differences("", kept, recomputed), None)


def _differences(place: str, kept: Any, recomputed: Any) -> Iterator[Difference]:
    if isinstance(kept, dict) and isinstance(recomputed, dict):
        for name in sorted((kept.keys() | recomputed.keys()) - WORDING):
            inner = f"{place}.{name}" if place else name
            yield from _differences(inner, kept.get(name, MISSING), recomputed.get(name, MISSING))
    elif isinstance(kept, list) and isinstance(recomputed, list):
        for number, pair in enumerate(zip_longest(kept, recomputed, fillvalue=MISSING)):
            yield from _differences(f"{place}[{number}]", *pair)
    elif not _is_same(kept, recomputed):
        yield Difference(place, f"{_shown(kept)} is kept, {_shown(recomputed)} follows")


def _is_same(kept: Any, recomputed: Any) -> bool:
    if isinstance(kept, float) and isinstance(recomputed, float):
        return math.isclose(kept, recomputed, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return type(kept) is type(recomputed) and bool(kept == recomputed)


def _shown(value: Any) -> str:
    return MISSING if value is MISSING else json.dumps(value, ensure_ascii=False)
