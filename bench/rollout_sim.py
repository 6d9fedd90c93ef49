"""Replay rollouts whose truth is known, and count how often the service's own judges decide wrongly.

python -m bench.rollout_sim [--runs N] [--seed S] prints the table of docs/evidence.md. What is decided is decided
by suggestions.domain, from the counts that the service would have made.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np

from bench.report import to_table
from bench.simulated import Comparisons, Simulation, Truth
from suggestions.domain.evidence.agreement import (
    MIN_COMPARISONS,
    PROCEED_FROM,
    REVIEW_FROM,
    is_surely_at_least,
)
from suggestions.domain.evidence.comparison import LeadVerdict, deciding, read_outcomes
from suggestions.domain.evidence.e_process import yes_no
from suggestions.domain.ramp.guardrails import ACCEPT_RATE, NAMES, Action, read_guardrails

TWO_WEEKS, FOUR_WEEKS = 14 * 24, 28 * 24
HEADER = ("replay", "truth", "decided", "in so many runs", "median until then", "wanted")

Find = Callable[[Any], int | None]
"""Returns what had been seen when the decision fell; None: it did not at this look."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A truth, how often one looks, and what is to be found in how many runs."""

    title: str
    case: str
    decided: str
    wanted: str
    truth: Truth
    find: Find
    hours: int = FOUR_WEEKS
    every: int = 1
    """Hours between looks."""
    runs: float = 1.0
    """Times the runs asked for: long replays are dear, and small rates need many."""
    kind: type = Simulation


def main(arguments: Sequence[str] | None = None) -> None:
    """Replay every scenario and print the table."""
    parser = argparse.ArgumentParser(prog="bench.rollout_sim", description=__doc__)
    parser.add_argument("--runs", type=int, default=100, help="runs of a scenario of usual size")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    rows = []
    for number, scenario in enumerate((*of_agreement(), *of_guardrails(), *of_outcomes())):
        runs = max(1, round(options.runs * scenario.runs))
        rows.append(replay(scenario, runs=runs, seed=options.seed + number))
        print(" | ".join(rows[-1]), flush=True)
    print(f"\n{to_table(HEADER, rows)}")


def replay(scenario: Scenario, *, runs: int, seed: int) -> tuple[str, ...]:
    """Return a row of the table."""
    random = np.random.default_rng(seed)
    found = [_first(scenario, random) for _ in range(runs)]
    sizes = [size for size in found if size is not None]
    share = f"{100 * len(sizes) / runs:.2f} % of {runs:,}"
    until = f"{median(sizes):,.0f}" if 2 * len(sizes) > runs else "–"
    return scenario.title, scenario.case, scenario.decided, share, until, scenario.wanted


def _first(scenario: Scenario, random: np.random.Generator) -> int | None:
    run = scenario.kind(scenario.truth, random)
    for _ in range(0, scenario.hours, scenario.every):
        run.advance(scenario.every)
        size = scenario.find(run)
        if size is not None:
            return size
    return None


def of_agreement() -> list[Scenario]:
    """Return the replays of the decision matrix."""
    shared: dict[str, Any] = {
        "title": "agreement", "hours": TWO_WEEKS, "kind": Comparisons, "find": _proceeds, "decided": "PROCEED",
    }  # fmt: skip
    grouped = {**shared, "title": "agreement, clustered", "kind": Simulation, "find": _proceeds_clustered}
    retrain = {**shared, "decided": "RETRAIN", "find": _retrains}
    clustered = Truth(correlation=0.15, users=400)
    return [
        Scenario(**shared | {"decided": "85 % at a look, literally", "find": _proceeds_literally, "hours": 48},
                 case="82 %", wanted="–", truth=Truth(agreement=0.82), runs=10),
        Scenario(**shared, case="82 %", wanted="≤ 5 %", truth=Truth(agreement=0.82), runs=100),
        Scenario(**shared, case="85 %, the limit", wanted="≤ 5 %", truth=Truth(agreement=0.85), runs=20),
        Scenario(**shared, case="90 %", wanted="about 300", truth=Truth(agreement=0.90), runs=10),
        Scenario(**retrain, case="76 %", wanted="≤ 5 %", truth=Truth(agreement=0.76), runs=10),
        Scenario(**retrain, case="70 %", wanted="all", truth=Truth(agreement=0.70), runs=10),
        Scenario(**grouped, case="82 %", wanted="≤ 5 %", truth=replace(clustered, agreement=0.82), every=6, runs=5),
        Scenario(**grouped, case="90 %", wanted="about 600", truth=replace(clustered, agreement=0.90), runs=2),
    ]  # fmt: skip


def of_guardrails() -> list[Scenario]:
    """Return the replays of what lowers or holds the canary by itself."""
    sound: dict[str, Any] = {
        "runs": 4,
        "title": "nothing wrong (A/A)",
        "decided": "lowered",
        "find": _fired(*NAMES),
        "every": 6,
    }
    drop: dict[str, Any] = {
        "title": "accept rate 85 → 75 %",
        "decided": "lowered",
        "find": _fired(ACCEPT_RATE),
        "every": 6,
        "runs": 2,
    }
    errors: dict[str, Any] = {
        "title": "failing calls",
        "decided": "lowered",
        "find": _fired("errors", "error_burst"),
        "runs": 2,
    }
    ratio: dict[str, Any] = {
        "runs": 5,
        "decided": "held",
        "find": _fired("sample_ratio", action=Action.HOLD),
        "every": 6,
    }
    usual = Truth(per_hour=40, users=2_000)
    wrong_share = Truth(in_canary=1_200, users=20_000, per_hour=60)
    return [
        Scenario(**sound, case="canary 10 %", wanted="≤ 1 %", truth=usual),
        Scenario(**sound, case="canary 50 %", wanted="≤ 1 %", truth=replace(usual, percentage=5_000)),
        Scenario(**sound, case="10 %, clustered", wanted="≤ 1 %", truth=replace(usual, correlation=0.1)),
        Scenario(**ratio, title="nothing wrong (A/A)", case="canary 10 %", wanted="≤ 0.1 %", truth=usual),
        Scenario(**ratio, title="12 % in place of 10 %", case="20,000 users", wanted="all", truth=wrong_share),
        Scenario(**drop, case="canary 10 %", wanted="≤ 300", truth=replace(usual, accepted_model=0.75)),
        Scenario(**drop, case="canary 25 %", wanted="≤ 300",
                 truth=replace(usual, accepted_model=0.75, percentage=2_500)),
        Scenario(**errors, case="every fifth", wanted="all", truth=Truth(failed=0.2)),
        Scenario(**errors, case="all", wanted="all", truth=Truth(failed=1.0)),
    ]  # fmt: skip


def of_outcomes() -> list[Scenario]:
    """Return the replays of model against rules."""
    shared: dict[str, Any] = {"title": "model against rules", "every": 6, "runs": 2}
    good = {**shared, "decided": "not worse", "find": _stands(LeadVerdict.NOT_WORSE)}
    bad = {**shared, "decided": "worse", "find": _stands(LeadVerdict.WORSE)}
    better, swapped = Truth(outcomes=(0.87, 0.06, 0.03)), Truth(outcomes=(0.87, 0.03, 0.06))
    return [
        Scenario(**good, case="3 points better", wanted="all", truth=better),
        Scenario(**bad, case="3 points better", wanted="≤ 5 %", truth=better),
        Scenario(**bad, case="arms swapped: 3 points worse", wanted="all", truth=swapped),
        Scenario(**good, case="arms swapped: 3 points worse", wanted="≤ 5 %", truth=swapped),
        Scenario(**good, case="1 point worse, the margin", wanted="≤ 5 %", truth=Truth(outcomes=(0.87, 0.04, 0.05))),
        Scenario(**good, case="as good, 9 % differ", wanted="most", truth=Truth(outcomes=(0.87, 0.045, 0.045))),
        Scenario(**good, case="identical answers", wanted="about 1,000", truth=Truth(outcomes=(0.95, 0.0, 0.0))),
    ]  # fmt: skip


def _proceeds_literally(run: Comparisons) -> int | None:
    is_there = run.total >= MIN_COMPARISONS and run.agree / run.total >= PROCEED_FROM
    return run.total if is_there else None


def _proceeds(run: Comparisons) -> int | None:
    carried = is_surely_at_least(yes_no(run.agree, run.total), PROCEED_FROM)
    return run.total if carried and run.total >= MIN_COMPARISONS else None


def _retrains(run: Comparisons) -> int | None:
    carried = is_surely_at_least(yes_no(run.total - run.agree, run.total), 1 - REVIEW_FROM)
    return run.total if carried and run.total >= MIN_COMPARISONS else None


def _proceeds_clustered(simulation: Simulation) -> int | None:
    observed = simulation.totals().agreement()
    size = int(observed.counts.size)
    carried = size >= MIN_COMPARISONS and is_surely_at_least(observed.effective, PROCEED_FROM)
    return size if carried else None


def _stands(wanted: LeadVerdict) -> Find:
    def find(simulation: Simulation) -> int | None:
        reading = deciding(read_outcomes(simulation.totals()))
        return reading.outcomes if reading.standing == wanted else None

    return find


def _fired(*names: str, action: Action = Action.LOWER) -> Find:
    # What had been seen is the verdicts on the model's suggestions, or else the calls.
    def find(simulation: Simulation) -> int | None:
        totals, last = simulation.totals(), simulation.last_calls()
        readings = read_guardrails(totals, last, percentage=simulation.truth.percentage)
        if any(one.has_fired and one.name in names and one.action == action for one in readings):
            return simulation.model_verdicts if names == (ACCEPT_RATE,) else totals.calls
        return None

    return find


if __name__ == "__main__":
    main()
