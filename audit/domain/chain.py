"""Chain entries by hash, and find the first one that does not fit."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

GENESIS: Final = "0" * 64
"""Stands where the first entry names the hash before it."""


class InvalidEntry(Exception):
    """An entry holds something that JSON cannot say, or that nobody could verify later."""


class Fault(StrEnum):
    """What is wrong with a log."""

    EDITED = "edited"
    MISSING = "missing"
    ORDER = "order"
    CUT_OFF = "cut off"
    ADDED = "added"
    NO_HEAD = "no head"


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as it was found."""

    sequence: int
    content: str
    """The canonical text that was hashed."""
    columns: Mapping[str, object]
    """What is stored beside the text to be searched by; the text has to say the same."""
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry that was written: its number, 0 for none, and its hash."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Problem:
    """The first entry that does not fit, and what is wrong there."""

    sequence: int
    fault: Fault
    detail: str


def to_canonical(values: Mapping[str, object]) -> str:
    """Write values as the one JSON text that stands for them: keys sorted, no spaces, ASCII.

    Raises:
        InvalidEntry: a number is not finite, or a value is no JSON.
    """
    try:
        return json.dumps(values, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except ValueError as error:
        raise InvalidEntry("a number of the entry is not finite; leave it out or say why in words") from error
    except (TypeError, RecursionError) as error:
        raise InvalidEntry(f"an entry holds texts, numbers, lists and objects alone: {error}") from error


def to_text(moment: datetime) -> str:
    """Write a moment in UTC, with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def chain_hash(previous_hash: str, content: str) -> str:
    """Return the SHA-256 of the hash before and the canonical text."""
    return sha256((previous_hash + content).encode()).hexdigest()


def verify(entries: Iterable[StoredEntry], head: Head | None) -> Problem | None:
    """Return the first problem of a log, read once in the order of its numbers; None when there is none."""
    last = Head(0, GENESIS)
    for entry in entries:
        problem = _misplaced(entry, last.sequence + 1) or _forged(entry) or _unchained(entry, last)
        if problem is not None:
            return problem
        last = Head(entry.sequence, entry.hash)
    return _wrong_end(last, head)


def _misplaced(entry: StoredEntry, expected: int) -> Problem | None:
    if entry.sequence > expected:
        gap = _span(expected, entry.sequence - 1)
        return Problem(expected, Fault.MISSING, f"{gap} missing")
    if entry.sequence < expected:
        detail = f"entry {entry.sequence} stands where entry {expected} belongs"
        return Problem(entry.sequence, Fault.ORDER, detail)
    return None


def _forged(entry: StoredEntry) -> Problem | None:
    if chain_hash(entry.previous_hash, entry.content) != entry.hash:
        detail = f"entry {entry.sequence} was edited: its hash is that of another content"
        return Problem(entry.sequence, Fault.EDITED, detail)
    if differing := _differing_columns(entry):
        names = ", ".join(differing)
        detail = f"entry {entry.sequence} was edited: {names} differs from what was hashed"
        return Problem(entry.sequence, Fault.EDITED, detail)
    return None


def _differing_columns(entry: StoredEntry) -> list[str]:
    try:
        hashed = json.loads(entry.content)
    except (ValueError, RecursionError):
        return ["content"]
    if not isinstance(hashed, dict):
        return ["content"]
    return [name for name, value in entry.columns.items() if hashed.get(name) != value]


def _unchained(entry: StoredEntry, last: Head) -> Problem | None:
    if entry.previous_hash == last.hash:
        return None
    before = f"entry {last.sequence}" if last.sequence else "the beginning"
    detail = f"entry {entry.sequence} does not follow {before}: one of them was replaced"
    return Problem(entry.sequence, Fault.ORDER, detail)


def _wrong_end(last: Head, head: Head | None) -> Problem | None:
    if head is None:
        return Problem(last.sequence, Fault.NO_HEAD, "the head, which names the last entry, is gone")
    if head.sequence > last.sequence:
        gap = _span(last.sequence + 1, head.sequence)
        return Problem(last.sequence + 1, Fault.CUT_OFF, f"{gap} cut off from the end")
    if head.sequence < last.sequence:
        detail = f"{_span(head.sequence + 1, last.sequence)} not known to the head: added past the service"
        return Problem(head.sequence + 1, Fault.ADDED, detail)
    if head.hash != last.hash:
        detail = f"entry {last.sequence} is not the one the head names: it was replaced"
        return Problem(last.sequence, Fault.EDITED, detail)
    return None


def _span(first: int, last: int) -> str:
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"
