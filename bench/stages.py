"""Take the time and the memory of each stage of a training."""

import time
from dataclasses import dataclass
from typing import Any

from bench.measuring import Say, peak_bytes


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage of a training took."""

    name: str
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    """Of the process, from its start to the end of the stage."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training took, and what came out of it."""

    stages: list[Stage]
    metrics: dict[str, Any]
    """None of them where the run failed."""
    artifact_bytes: int


class Clock:
    """Time the stages that a training reports."""

    def __init__(self, say: Say) -> None:
        self.stages: list[Stage] = []
        self._say = say
        self._stage = ""
        self._began = (0.0, 0.0)

    def note(self, stage: str, share: float) -> None:
        """Take the time when a stage begins, which ends the one before."""
        if stage == self._stage:
            return
        self.end()
        self._stage, self._began = stage, (time.perf_counter(), time.process_time())
        self._say(f"{stage} {share:.3f}")

    def end(self) -> None:
        """Take the time when the last stage ends."""
        if self._stage:
            wall, cpu = self._began
            self.stages.append(
                Stage(self._stage, time.perf_counter() - wall, time.process_time() - cpu, peak_bytes())
            )
