"""The values that go into and come out of a model."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Example(NamedTuple):
    """One transaction as a model sees it."""

    description: str
    memo: str
    amount: float
    """In units of the currency; money out is negative; always finite."""
    currency: str
    date: date
    user_key: str
    """An opaque key of the end user; empty when none is known."""
    client_key: str = ""
    """An opaque key of the client whose users' labels may speak for each other."""


class LabelledExample(NamedTuple):
    """One transaction whose category is known."""

    example: Example
    category: str
    weight: float
    """How much the label counts: 1.0 for one a person gave."""
    baseline_category: str | None
    """What the answer in use today would have been; None when it has none. The gate compares with it."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """One predictor's answer to one transaction."""

    category: str
    confidence: float
    """In 0…1."""


@dataclass(frozen=True, slots=True)
class VersionRef:
    """A version by id and hash of its bytes: enough to know whether the one loaded is the right one."""

    id: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contenders:
    """Which versions are asked at one moment: the one that may be served, and the one compared with it."""

    champion: VersionRef | None
    """None: no version is champion."""
    challenger: VersionRef | None
    """None: no version is challenger."""
