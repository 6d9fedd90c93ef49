"""`manage.py models compare`: two versions side by side, as the admin's page shows them."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, OutputWrapper

from console.numbers import positive
from mlmodels.domain.evaluation.side_by_side import (
    REMEMBERED,
    Tally,
    category_changes,
    differing_pairs,
    tally,
)
from mlmodels.domain.figures import to_change, to_decimal
from mlmodels.management.acting import Options, version_named
from mlmodels.models import ModelVersion
from mlmodels.runtime import ModelUnavailable
from mlmodels.versions.answers import ROWS, compare_answers


def add_actions(actions: Any) -> None:
    """Define compare."""
    parser = actions.add_parser("compare", help="hold two versions against each other")
    parser.add_argument("first", type=int)
    parser.add_argument("second", type=int, help="judged by what it gains over the first")
    parser.add_argument(
        "--rows", type=positive, default=ROWS, metavar="N", help=f"newest labelled rows: {ROWS}"
    )
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.set_defaults(act=_compare)


def _compare(options: Options, out: OutputWrapper) -> None:
    # The newest labelled rows are what both are asked about; no description of them is written.
    first, second = version_named(options["first"]), version_named(options["second"])
    if first == second:
        raise CommandError(f"{first} beside itself says nothing: name two versions.")
    try:
        rows = compare_answers(first, second, rows=options["rows"])
    except ModelUnavailable as error:
        raise CommandError(f"{first} and {second} cannot both be asked: {error.reason}.") from error
    changes = category_changes(
        first.metrics.get("val_f1_per_class") or {},
        second.metrics.get("val_f1_per_class") or {},
        [one.metrics.get("val_support_per_class") or {} for one in (second, first)],
    )
    counted = {"new": tally([row for row in rows if row.is_new]), "all": tally(rows)}
    if options["as_json"]:
        pairs = [asdict(pair) for pair in differing_pairs(rows)]
        categories = [asdict(change) for change in changes]
        document = {"new": _judged(counted["new"]), "all": asdict(counted["all"])}
        out.write(
            json.dumps(document | {"pairs": pairs, "categories": categories}, indent=2, ensure_ascii=False)
        )
        return
    for change in changes:
        out.write(
            f"{change.category:<24}  {first} {to_decimal(change.first)}  "
            f"{second} {to_decimal(change.second)}  {to_change(change.gained)}"
        )
    verdict = counted["new"].describe(str(first), str(second))
    newer = "Rows newer than all that either has learned from"
    out.write(f"{newer}: {_in_words(counted['new'], first, second)}: {verdict}")
    out.write(f"All rows asked about: {_in_words(counted['all'], first, second)}: {REMEMBERED}")
    for pair in differing_pairs(rows)[:20]:
        answers = f"{pair.first or 'no answer'} / {pair.second or 'no answer'}"
        out.write(f"  {pair.count:>5}  {answers}, known {pair.known}")


def _judged(one: Tally) -> dict[str, object]:
    return asdict(one) | {"chance": one.chance, "better": one.verdict or None}


def _in_words(one: Tally, first: ModelVersion, second: ModelVersion) -> str:
    return (
        f"{one.rows:,}; same answer {one.agree:,}, both right {one.both_right:,}, "
        f"only {first} {one.only_first:,}, only {second} {one.only_second:,}, neither {one.both_wrong:,}"
    )
