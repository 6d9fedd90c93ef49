"""Measure what users get of whom no training has seen a row, by how many of their labels are known."""

import copy
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from bench.contender import CANDIDATES, Answers, Contender, Entry, Row, blank
from bench.cuts import NothingToMeasure
from bench.history import History
from bench.linear_text import own_labels_model
from bench.lookups import Majority
from bench.measuring import Say, accuracy
from bench.memory import SCHEMES, MemoryFirst, Scripted
from mlmodels.domain.types import Prediction

KNOWN: tuple[int, ...] = (0, 25, 100, 500)
FOLLOWING = 100
"""Rows a tenant must have after the last of its known labels, to be measured on."""
SEED = 1
OWN_SHARES = (0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Tenants that stay out of the training, and everybody else's rows."""

    tenants: list[list[Row]]
    others: list[Row]


@dataclass(frozen=True, slots=True)
class Line:
    """Accuracy of one way to answer, by the number of own labels known; mean over the tenants."""

    title: str
    by_known: tuple[float, ...]


def hold_out_tenants(history: History, count: int) -> HeldOut:
    """Draw tenants with enough rows.

    Raises:
        NothingToMeasure: fewer than so many have enough, or nobody is left to train on.
    """
    rows_of: defaultdict[str, list[Row]] = defaultdict(list)
    for row, tenant in zip(history.rows, history.tenants, strict=True):
        rows_of[tenant].append(row)
    needed = KNOWN[-1] + FOLLOWING
    able = sorted(tenant for tenant, rows in rows_of.items() if tenant and len(rows) >= needed)
    if len(able) < count or len(rows_of) == count:
        raise NothingToMeasure(f"{len(able)} users or clients have the {needed} rows this needs, of {count}.")
    chosen = set(random.Random(SEED).sample(able, count))
    others = [row for row, tenant in zip(history.rows, history.tenants, strict=True) if tenant not in chosen]
    return HeldOut([rows_of[tenant] for tenant in sorted(chosen)], others)


def measure_newcomers(entry: Entry, held_out: HeldOut, say: Say) -> list[Line]:
    """Train on the others, then answer the tenants' rows that follow their first 0, 25, 100, 500 labels.

    A contender that learns in service is shown alone. One that does not is also shown behind a memory of the
    tenant's labels, and mixed with a linear model of them: each the best of a few settings on these rows.
    """
    size = len(held_out.others) * len({row.category for row in held_out.others})
    variant, make = next(iter(entry.variants(size).items()))
    contender = make()
    say(f"{variant} fitting")
    contender.fit(held_out.others)
    say("answering")
    if not entry.has_schemes:
        return [_line(entry.title, held_out, lambda rows, known: _learn(contender, rows, known))]
    shared = {id(rows): contender.answer(blank(rows)) for rows in held_out.tenants}
    say("own labels")
    own = {(id(rows), known): _own(rows, known) for rows in held_out.tenants for known in KNOWN}
    return [
        _line("own labels alone, logistic regression", held_out, lambda rows, known: own[id(rows), known]),
        _line(entry.title, held_out, lambda rows, known: shared[id(rows)][known:]),
        _best([_remembering(entry, held_out, shared, scheme) for scheme in SCHEMES]),
        _best([_mixing(entry, held_out, shared, own, weight) for weight in OWN_SHARES]),
    ]


def _remembering(entry: Entry, held_out: HeldOut, shared: dict[int, Answers], scheme: str) -> Line:
    def answer(rows: list[Row], known: int) -> Answers:
        contender = MemoryFirst(Scripted(shared[id(rows)][known:]), SCHEMES[scheme])
        contender.fit(rows[:known])
        return contender.answer(blank(rows[known:]))

    return _line(f"{entry.title}, behind own labels", held_out, answer)


def _mixing(
    entry: Entry,
    held_out: HeldOut,
    shared: dict[int, Answers],
    own: dict[tuple[int, int], Answers],
    weight: float,
) -> Line:
    def answer(rows: list[Row], known: int) -> Answers:
        return _mix(shared[id(rows)][known:], own[id(rows), known], weight if known else 0.0)

    return _line(f"{entry.title}, mixed with own labels", held_out, answer)


def _line(title: str, held_out: HeldOut, answer: Callable[[list[Row], int], Answers]) -> Line:
    return Line(
        title,
        tuple(
            fmean(accuracy(answer(rows, known), rows[known:]) for rows in held_out.tenants) for known in KNOWN
        ),
    )


def _best(lines: Sequence[Line]) -> Line:
    return Line(
        lines[0].title, tuple(max(values) for values in zip(*(one.by_known for one in lines), strict=True))
    )


def _learn(contender: Contender, rows: list[Row], known: int) -> Answers:
    served = copy.deepcopy(contender)
    if known:
        served.learn(rows[:known])
    return served.answer(blank(rows[known:]))


def _own(rows: list[Row], known: int) -> Answers:
    if len({row.category for row in rows[:known]}) < 2:
        contender: Contender = Majority()
    else:
        contender = own_labels_model()
    contender.fit(rows[:known])
    return contender.answer(blank(rows[known:]))


def _mix(shared: Answers, own: Answers, weight: float) -> Answers:
    return [_mix_candidates(first, second, weight) for first, second in zip(shared, own, strict=True)]


def _mix_candidates(shared: list[Prediction], own: list[Prediction], weight: float) -> list[Prediction]:
    total: defaultdict[str, float] = defaultdict(float)
    for candidates, part in ((shared, 1 - weight), (own, weight)):
        for candidate in candidates:
            total[candidate.category] += part * candidate.confidence
    ranked = sorted(total.items(), key=lambda item: (-item[1], item[0]))
    return [Prediction(category, confidence) for category, confidence in ranked[:CANDIDATES]]
