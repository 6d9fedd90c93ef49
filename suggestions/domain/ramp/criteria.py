"""What has to be green before the canary is widened."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a criterion stands; no data is never a pass."""

    GREEN = "green"
    RED = "red"
    NO_DATA = "no data"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition for the next step."""

    name: str
    title: str
    status: Status
    detail: str
    """What was found, and for want of data what is missing, in words for people."""

    @property
    def is_green(self) -> bool:
        """Tell whether the condition holds."""
        return self.status == Status.GREEN
