"""`manage.py models drift`: how far the world has moved away from the champion."""

from typing import Any

from django.core.management.base import OutputWrapper

from mlmodels.management.acting import Options
from mlmodels.training import drift


def add_actions(actions: Any) -> None:
    """Define drift."""
    parser = actions.add_parser("drift", help="measure how far the world has moved away from the champion")
    parser.set_defaults(act=_measure)


def _measure(_options: Options, out: OutputWrapper) -> None:
    readings = drift.measure()
    if not readings:
        out.write("No champion, so nothing to measure.")
    for reading in readings:
        verdict = "DRIFT" if reading.is_drift else "steady"
        out.write(
            f"{reading.kind:<10}  {verdict:<6}  {reading.value:.3f} of {reading.limit:.3f}  "
            f"{reading.rows} rows  {reading.detail}"
        )
