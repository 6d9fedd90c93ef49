"""What has come in since a moment, as the product tells it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Activity:
    """How much there is to learn from that was not there before."""

    labels: int
    """Transactions whose category has become known."""
    newest_on: date | None
    """The date of the newest transaction, labelled or not; None without any."""
