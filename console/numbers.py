"""Numbers of the command line."""

from argparse import ArgumentTypeError
from collections.abc import Callable

LARGEST = 2**31 - 1
"""What a column or a limit of a query takes."""


def up_to(most: int) -> Callable[[str], int]:
    """Return an argparse type for whole numbers from 1 to `most`."""

    def read(text: str) -> int:
        # Looked at first: thousands of digits are an error of their own kind.
        if not text.isdecimal() or len(text) > len(str(most)) or not 1 <= int(text) <= most:
            raise ArgumentTypeError(f"{text[:30]!r} is no whole number of at least 1 and at most {most:,}")
        return int(text)

    return read


positive = up_to(LARGEST)
"""Reads a number of at least 1."""
