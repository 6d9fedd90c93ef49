"""Hold predictors against each other on a CSV file of labelled transactions, in the order of time.

Everything is learned on the older rows and measured on the newest. Frozen: nothing is learned after the cut.
Online: each label becomes known to every predictor a day later.
"""

import argparse
import json
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import OutputWrapper

from bench.children import ChildFailed, Job, run_all
from bench.cuts import Cut, NothingToMeasure, cut_history
from bench.entries import NAMES, entry_named
from bench.history import History, HistoryOptions, read_history
from bench.measuring import Outcome, Say, measure
from bench.newcomers import KNOWN, HeldOut, Line, hold_out_tenants, measure_newcomers
from bench.reliability_plot import draw_reliability
from bench.report import cost_table, quality_table, share, to_table
from bench.starter import StarterRules
from console.progress import shown_progress
from mlmodels.domain.evaluation.evaluation import HoldOut
from mlmodels.domain.figures import to_percent
from suggestions.domain.csv.columns import COLUMN_FIELDS, ImpossibleMapping
from suggestions.domain.csv.file import CsvOptions


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the tables, write them to a folder; return the exit status."""
    options = _parse(arguments)
    try:
        report = _compare_tenants(options) if options.held_out_users else _compare(options)
    except (ChildFailed, ImpossibleMapping, NothingToMeasure, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    name = f"newcomers-{options.target}.md" if options.held_out_users else f"quality-{options.target}.md"
    (options.out / name).write_text(report, encoding="utf-8")
    print(report)
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    parser.add_argument("file", type=Path, help="a CSV file as import_transactions reads it")
    parser.add_argument("--target", default="category", metavar="COLUMN", help="what is predicted")
    parser.add_argument("--no-memo", action="store_true", help="leave the memo out")
    parser.add_argument("--test-share", type=_share, default=0.2, help="the newest share (default 0.2)")
    parser.add_argument("--limit", type=_positive, metavar="N", help="only the newest N rows")
    parser.add_argument("--client-column", metavar="COLUMN", help="whose user it is, of several clients")
    parser.add_argument("--held-out-users", type=_positive, metavar="N", help="users or clients never seen")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, help="which contenders")
    parser.add_argument("--out", type=Path, default=Path("test-artifacts/quality"), metavar="DIR")
    parser.add_argument("--jobs", type=_positive, default=os.cpu_count() or 1, help="processes at a time")
    parser.add_argument("--default-currency", default="XXX", metavar="CODE", help="it is no feature")
    for field in COLUMN_FIELDS:
        if field != "category":
            parser.add_argument(f"--{field.replace('_', '-')}", metavar="COLUMN", dest=field)
    return parser.parse_args(arguments)


def _compare(options: argparse.Namespace) -> str:
    history = _read(options)
    cut = cut_history(history.rows, options.test_share)
    truth = cut.truth()
    jobs: list[tuple[str, Job]] = [
        (name, partial(_measure_named, name, cut, truth)) for name in _in_order(options.only)
    ]
    outcomes: list[Outcome] = _run(jobs, options.jobs)
    options.out.mkdir(parents=True, exist_ok=True)
    draw_reliability(outcomes, options.out / f"reliability-{options.target}.png")
    figures = json.dumps([asdict(outcome) for outcome in outcomes], indent=1)
    (options.out / f"quality-{options.target}.json").write_text(figures, encoding="utf-8")
    return "\n".join(
        [
            _describe(options, history, cut, truth),
            "Frozen\n",
            quality_table(outcomes, lambda one: one.frozen),
            "Online\n",
            quality_table(outcomes, lambda one: one.online),
            "Cost\n",
            cost_table(outcomes),
        ]
    )


def _compare_tenants(options: argparse.Namespace) -> str:
    history = _read(options)
    held_out = hold_out_tenants(history, options.held_out_users)
    names = [name for name in _in_order(options.only) if name != "majority"]
    jobs: list[tuple[str, Job]] = [(name, partial(_measure_tenants, name, held_out)) for name in names]
    lines: dict[str, Line] = {line.title: line for found in _run(jobs, options.jobs) for line in found}
    measured = sum(len(rows) for rows in held_out.tenants)
    return "\n".join(
        [
            f"{_target(options)}: {len(held_out.tenants)} held out with {measured:,} rows, "
            f"{len(held_out.others):,} rows of others. Accuracy on the rows that follow the known ones, mean "
            "over the held out.\n",
            to_table(
                ("own labels known", *map(str, KNOWN)),
                ((line.title, *map(share, line.by_known)) for line in lines.values()),
            ),
        ]
    )


def _read(options: argparse.Namespace) -> History:
    columns = {
        field: getattr(options, field)
        for field in COLUMN_FIELDS
        if field != "category" and getattr(options, field)
    }
    wanted = HistoryOptions(
        target=options.target,
        has_memo=not options.no_memo,
        limit=options.limit,
        client_column=options.client_column,
        csv=CsvOptions(columns=columns, default_currency=options.default_currency),
    )
    return read_history(options.file, wanted, StarterRules())


def _describe(options: argparse.Namespace, history: History, cut: Cut, truth: HoldOut) -> str:
    first, last = cut.test[0].example.date, cut.test[-1].example.date
    return (
        f"{_target(options)}: {len(cut.train):,} rows learned from, with "
        f"{len({row.category for row in cut.train})} categories; {len(cut.test):,} measured ({first} to "
        f"{last}), {to_percent(1 - sum(truth.is_seen) / len(cut.test))} of them of new merchants; "
        f"{history.unlabelled:,} without a category and {history.refused:,} refused left out.\n"
    )


def _target(options: argparse.Namespace) -> str:
    return f"`{options.target}`{' without memo' if options.no_memo else ''}"


def _in_order(names: Sequence[str]) -> list[str]:
    return [name for name in NAMES if name in names]


def _run(jobs: Sequence[tuple[str, Job]], at_once: int) -> list[Any]:
    with _shown(jobs) as on_stage:
        return run_all(jobs, at_once=at_once, on_stage=on_stage)


@contextmanager
def _shown(jobs: Sequence[tuple[str, Job]]) -> Iterator[Any]:
    stages: dict[str, str] = {}
    done: set[str] = set()
    lock = threading.Lock()
    with shown_progress("Measuring", len(jobs), OutputWrapper(sys.stderr)) as report:

        def on_stage(name: str, stage: str) -> None:
            with lock:
                stages[name] = stage
                done.update([] if stage else [name])
                going = "; ".join(f"{one} {stages[one]}" for one in stages if stages[one])
                report(len(done), going)

        yield on_stage


def _measure_named(name: str, cut: Cut, truth: HoldOut, say: Say) -> Outcome:
    return measure(entry_named(name), cut, truth, say)


def _measure_tenants(name: str, held_out: HeldOut, say: Say) -> list[Line]:
    return measure_newcomers(entry_named(name), held_out, say)


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError("must be between 0 and 1")
    return value


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


if __name__ == "__main__":
    sys.exit(main())
