"""Say what decides how a training goes, how far it is, and why it cannot be."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from mlmodels.domain.evaluation.gate import GateThresholds

SEED = 1
PROMISE = 0.95
"""The precision that answers marked as certain shall have."""

Progress = Callable[[str, float], None]
"""Called with the stage and the share of all work done, in 0…1."""


class TrainingImpossible(Exception):
    """The examples cannot make a model; `code` is insufficient_data or one_category."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """What, besides the examples, decides how a training goes."""

    minimum_examples: int
    threads: int
    seed: int = SEED
    search_trials: int = 4
    promise: float = PROMISE
    gate: GateThresholds = field(default_factory=GateThresholds)
    known_until: date | None = None
    """The date of the newest transaction, labelled or not; None: not known, so no example is stale."""
    dask_scheduler: str = ""
    """The address of the cluster that fits the ranker; empty: this machine does."""
