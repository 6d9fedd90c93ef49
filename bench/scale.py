"""Train on a large history from a real database: how long each stage takes, and how much memory.

A CSV file of labelled transactions is grown to so many rows and written into a PostgreSQL made for it. The
training is a run of the service, in a process of its own: rows are streamed and rules are asked as ever.
"""

import argparse
import importlib
import os
import secrets
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import django
from django.core.management.base import OutputWrapper

from bench.children import ChildFailed, run_all
from bench.history import HistoryOptions, read_rows
from bench.measuring import Say
from bench.report import to_table
from bench.server import postgres
from bench.stages import Trained
from console.progress import shown_progress
from lmsuggest.local.servers import ServerBroken, ServerMissing
from suggestions.domain.csv.columns import ImpossibleMapping
from suggestions.domain.csv.file import CsvOptions
from suggestions.domain.transaction_row import TransactionRow

_SHOWN = ("val_accuracy", "val_f1_macro", "val_top3", "val_ece", "refit_size", "classes", "trees")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill a database, train, print the table; return the exit status."""
    options = _parse(arguments)
    try:
        rows = _read(options)
        with postgres() as address:
            _set_environment(address, options)
            _run("Filling", "fill", rows, options.rows)
            trained = _run("Training", "train")
    except (ChildFailed, ImpossibleMapping, OSError, ServerBroken, ServerMissing) as error:
        print(error, file=sys.stderr)
        return 1
    print(_report(trained))
    return 0 if trained.metrics else 1


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("file", type=Path, help="a CSV file as import_transactions reads it")
    parser.add_argument("--rows", type=int, default=1_000_000, metavar="N", help="rows to grow it to")
    parser.add_argument("--target", default="category", metavar="COLUMN", help="what is predicted")
    parser.add_argument("--no-memo", action="store_true", help="leave the memo out")
    parser.add_argument("--threads", type=int, default=2, metavar="N", help="threads of the training")
    parser.add_argument("--dask-scheduler", default="", metavar="URL", help="a cluster that fits the ranker")
    return parser.parse_args(arguments)


def _read(options: argparse.Namespace) -> list[TransactionRow]:
    wanted = HistoryOptions(
        target=options.target, has_memo=not options.no_memo, csv=CsvOptions(default_currency="XXX")
    )
    # Fewer rows than the file has: the newest.
    return sorted(read_rows(options.file, wanted), key=lambda row: row.date)[-options.rows :]


def _set_environment(address: str, options: argparse.Namespace) -> None:
    os.environ |= {
        "DATABASE_URL": address,
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "DJANGO_SETTINGS_MODULE": "lmsuggest.settings",
        "LMSUGGEST_ENV_FILE": "",
        "LOG_LEVEL": "WARNING",
        "MLMODELS_DASK_SCHEDULER": options.dask_scheduler,
        "MLMODELS_TRAINING_THREADS": str(options.threads),
    }


def _run(title: str, function: str, *arguments: Any) -> Any:
    with shown_progress(title, 1.0, OutputWrapper(sys.stderr)) as report:

        def on_stage(_name: str, said: str) -> None:
            stage, _, share = said.partition(" ")
            report(float(share or 1), stage=stage)

        (result,) = run_all(
            [(title, partial(_with_django, function, arguments))], at_once=1, on_stage=on_stage
        )
    return result


def _with_django(function: str, arguments: tuple[Any, ...], say: Say) -> Any:
    # In the child: the tables can be imported once the settings are read.
    django.setup()
    return getattr(importlib.import_module("bench.training_run"), function)(*arguments, say)


def _report(trained: Trained) -> str:
    stages = [
        (
            stage.name,
            f"{stage.wall_seconds:.1f}",
            f"{stage.cpu_seconds:.1f}",
            f"{stage.peak_bytes / 2**30:.2f}",
        )
        for stage in trained.stages
    ]
    wall = sum(stage.wall_seconds for stage in trained.stages)
    cpu = sum(stage.cpu_seconds for stage in trained.stages)
    peak = max((stage.peak_bytes for stage in trained.stages), default=0)
    total = ("all", f"{wall:.1f}", f"{cpu:.1f}", f"{peak / 2**30:.2f}")
    figures = "; ".join(f"{name} {trained.metrics[name]:.6g}" for name in _SHOWN if name in trained.metrics)
    table = to_table(("stage", "wall, s", "CPU, s", "peak so far, GiB"), [*stages, total])
    return f"{table}\n{figures}; artifact {trained.artifact_bytes / 2**20:.1f} MiB"


if __name__ == "__main__":
    sys.exit(main())
