"""The canary's percentage: integer hundredths of a percent, and its text forms."""

import re

FULL = 10_000
"""100 % in hundredths of a percent."""

MAX_BLIND = 2_000
"""The largest share of transactions that may go without a suggestion, in hundredths of a percent."""

_PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?\s*%")
# Two old words: rules only, and model only. A bare 1 never meant one percent.
_WORDS = {"0": 0, "1": FULL}


class InvalidPercentage(ValueError):
    """A text is no percentage of the rollout."""


def parse_percentage(text: str) -> int:
    """Read `10%`, `2.5%`, or the words `0` (rules only) and `1` (model only) into hundredths of a percent.

    Raises:
        InvalidPercentage: for anything else; never guesses.
    """
    word = text.strip()
    if word in _WORDS:
        return _WORDS[word]
    match = _PERCENT.fullmatch(word)
    if match:
        whole, decimals = match.groups(default="")
        value = int(whole) * 100 + int(decimals.ljust(2, "0"))
        if value <= FULL:
            return value
    raise InvalidPercentage(
        f"{text[:20]!r} is no percentage of the rollout: write 0% to 100% with at most two decimals, such as "
        "10% or 2.5%, or one of the words 0 (rules only) and 1 (model only)"
    )


def in_percent(value: int) -> str:
    """Write hundredths of a percent as `10 %` or `2.5 %`, which can be read again."""
    return f"{value / 100:g} %"
