"""The steps and times of a policy as people write them: `0, 10, 25, 50, 100`."""

from suggestions.domain.percentage import InvalidPercentage, parse_percentage

MOST_NUMBERS = 50


class InvalidList(ValueError):
    """A text is no list of percentages or hours."""


def parse_steps(text: str) -> tuple[int, ...]:
    """Read percentages with commas between them into hundredths of a percent.

    Raises:
        InvalidList: one of them is no percentage from 0 to 100 with at most two decimals.
    """
    try:
        return tuple(parse_percentage(f"{word.removesuffix('%').strip()}%") for word in _words(text))
    except InvalidPercentage:
        raise InvalidList(
            f"“{text[:60]}” is no list of percentages: write numbers from 0 to 100 with at most two "
            "decimals, with commas between them, such as 0, 10, 25, 50, 100"
        ) from None


def parse_hours(text: str) -> tuple[int, ...]:
    """Read whole hours with commas between them.

    Raises:
        InvalidList: one of them is no whole number.
    """
    words = _words(text)
    if not all(word.isascii() and word.removeprefix("-").isdigit() and len(word) <= 6 for word in words):
        raise InvalidList(
            f"“{text[:60]}” is no list of hours: write whole numbers with commas between them, such as "
            "72, 72, 168, 168, 0"
        )
    return tuple(int(word) for word in words)


def format_steps(steps: tuple[int, ...]) -> str:
    """Write steps as percentages with commas between them."""
    return ", ".join(f"{step / 100:g}" for step in steps)


def format_hours(hours: tuple[int, ...]) -> str:
    """Write hours with commas between them."""
    return ", ".join(str(number) for number in hours)


def _words(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",")]
    if len(words) > MOST_NUMBERS:
        raise InvalidList(f"there are {len(words)} numbers; {MOST_NUMBERS} are the most")
    return words
