"""Measure one contender: frozen, online, and what it costs."""

import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.contender import Answers, Contender, Entry, Row, blank
from bench.cuts import Cut
from bench.memory import SCHEMES, MemoryFirst, Scripted
from bench.replay import replay
from mlmodels.domain.evaluation.evaluation import PROMISED_PRECISION, Evaluation, HoldOut, evaluate
from mlmodels.domain.evaluation.reliability import precision_delivered, threshold_for

BATCH = 500

Say = Callable[[str], None]
"""Called with the stage of the work."""


@dataclass(frozen=True, slots=True)
class ModeResult:
    """How a contender did on the test rows in one mode."""

    evaluation: Evaluation
    coverage: float
    """Share of the rows above the threshold that promised 95 % on the last tenth before the test."""
    precision: float | None
    """Delivered on those; None when no row is above it."""
    scheme: str
    """The memory in front of it; empty when there was none to choose."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one fit on the whole training period takes, and one answer."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    """Of the process, the rows included."""
    trees: int
    microseconds_a_row: float
    """CPU of one core, in batches of 500."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the table."""

    title: str
    variant: str
    frozen: ModeResult
    online: ModeResult
    cost: Cost


@dataclass(frozen=True, slots=True)
class _Rehearsal:
    """A contender fitted on the early rows, and what it answered to the late ones."""

    variant: str
    contender: Contender
    frozen: Answers
    online: Answers


def measure(entry: Entry, cut: Cut, truth: HoldOut, say: Say) -> Outcome:
    """Rehearse on the training period, fit on all of it, then answer the test rows in both modes."""
    best = _rehearse_best(entry, cut, say)
    contender = best.contender
    say(f"{best.variant} fitting")
    wall, cpu = time.perf_counter(), time.process_time()
    contender.fit(cut.train)
    wall, cpu, peak = time.perf_counter() - wall, time.process_time() - cpu, peak_bytes()
    say(f"{best.variant} answering")
    answers, microseconds = _answer_in_batches(contender, cut.test)
    cost = Cost(wall, cpu, peak, contender.trees, microseconds)
    frozen = _judge(answers, best.frozen, cut, truth, "")
    return Outcome(entry.title, best.variant, frozen, _measure_online(entry, best, cut, truth, say), cost)


def _rehearse_best(entry: Entry, cut: Cut, say: Say) -> _Rehearsal:
    size = len(cut.train) * len({row.category for row in cut.train})
    rehearsals = [
        partial(_rehearse, entry, name, make, cut, say) for name, make in entry.variants(size).items()
    ]
    if len(rehearsals) == 1:
        # Nothing is chosen, so the test rows are not looked at.
        return rehearsals[0]()
    return max(
        (rehearse() for rehearse in rehearsals),
        key=lambda one: accuracy(one.contender.answer(blank(cut.test)), cut.test),
    )


def _rehearse(entry: Entry, variant: str, make: Callable[[], Contender], cut: Cut, say: Say) -> _Rehearsal:
    say(f"{variant} rehearsing")
    contender = make()
    contender.fit(cut.early)
    contender.calibrate(cut.late)
    frozen = contender.answer(blank(cut.late))
    # Behind a memory the late answers are made again for each scheme.
    return _Rehearsal(variant, contender, frozen, [] if entry.has_schemes else replay(contender, cut.late))


def _answer_in_batches(contender: Contender, rows: Sequence[Row]) -> tuple[Answers, float]:
    asked = blank(rows)
    answers: Answers = []
    started = time.process_time()
    for first in range(0, len(asked), BATCH):
        answers += contender.answer(asked[first : first + BATCH])
    return answers, (time.process_time() - started) / len(asked) * 1e6


def _measure_online(entry: Entry, rehearsed: _Rehearsal, cut: Cut, truth: HoldOut, say: Say) -> ModeResult:
    answers = replay(rehearsed.contender, cut.test, lambda share: say(f"online {share:.0%}"))
    if not entry.has_schemes:
        return _judge(answers, rehearsed.online, cut, truth, "")
    tried = {name: _remember(name, answers, cut.train, cut.test) for name in SCHEMES}
    best = max(tried, key=lambda name: accuracy(tried[name], cut.test))
    late = _remember(best, rehearsed.frozen, cut.early, cut.late)
    return _judge(tried[best], late, cut, truth, best)


def _remember(scheme: str, answers: Answers, older: Sequence[Row], rows: Sequence[Row]) -> Answers:
    contender = MemoryFirst(Scripted(answers), SCHEMES[scheme])
    contender.fit(older)
    return replay(contender, rows)


def _judge(answers: Answers, late: Answers, cut: Cut, truth: HoldOut, scheme: str) -> ModeResult:
    threshold = threshold_for(PROMISED_PRECISION, late, [row.category for row in cut.late])
    # Without a threshold that promises it, nothing is promised.
    coverage, precision = (
        (0.0, None) if threshold is None else precision_delivered(answers, truth.categories, threshold)
    )
    return ModeResult(evaluate(answers, truth), coverage, precision, scheme)


def accuracy(answers: Answers, rows: Sequence[Row]) -> float:
    """Return the share of rows whose first candidate is right; 0 without rows."""
    right = sum(
        bool(ranked) and ranked[0].category == row.category for ranked, row in zip(answers, rows, strict=True)
    )
    return right / len(rows) if rows else 0.0


def peak_bytes() -> int:
    """Return the most memory that this process has held so far."""
    # Linux hands getrusage's figure down to children: one of a large parent would show the parent's.
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
