"""The conditions for a promotion: what each found, and who overruled them."""

from collections.abc import Mapping
from typing import Any

from mlmodels.domain.card.facts import VersionFacts
from mlmodels.domain.card.layout import Column, Section, Table, number_columns
from mlmodels.domain.evaluation.conditions import TITLES
from mlmodels.domain.figures import to_short


def gate(facts: VersionFacts) -> Section:
    """Return the gate's verdict with its reasons."""
    return Section(
        "Conditions for a promotion",
        sentences=(*_verdict(facts), *_overrides(facts)),
        tables=(
            Table(
                "Conditions",
                (
                    Column("Condition"),
                    Column("Verdict"),
                    *number_columns("Value", "Limit"),
                    Column("What was found"),
                ),
                tuple(_row(condition) for condition in facts.conditions),
                empty="This version has not been through the gate.",
            ),
        ),
    )


def _row(condition: Mapping[str, Any]) -> tuple[str, ...]:
    name = str(condition.get("name"))
    return (
        TITLES.get(name, name),
        "passed" if condition.get("passed") else "failed",
        to_short(condition.get("value")),
        to_short(condition.get("threshold")),
        str(condition.get("detail") or ""),
    )


def _verdict(facts: VersionFacts) -> list[str]:
    failed = sum(not condition.get("passed") for condition in facts.conditions)
    verdict = []
    if facts.conditions:
        verdict.append(
            f"{failed} of {len(facts.conditions)} conditions failed." if failed else "All conditions hold."
        )
    if facts.rejected_reason and not failed:
        verdict.append(f"It was rejected all the same: {facts.rejected_reason}.")
    return verdict


def _overrides(facts: VersionFacts) -> list[str]:
    return [
        f"It was promoted despite the gate on {one.changed_at:%Y-%m-%d}, with this reason: {one.reason}"
        for one in facts.overrides
    ]
