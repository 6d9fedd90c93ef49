"""The figures of a version beside those of the one before it."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

from mlmodels.domain.card.facts import VersionFacts
from mlmodels.domain.card.layout import Column, Section, Table, number_columns
from mlmodels.domain.figures import (
    difference,
    to_change,
    to_decimal,
    to_percent,
    to_points,
)

_TWO_SIDED_95 = 1.96  # quantile of the normal distribution


@dataclass(frozen=True, slots=True)
class _Figure:
    title: str
    name: str
    written: Callable[[float | None], str] = to_percent
    compared: Callable[[float | None], str] = to_points


_FIGURES = (
    _Figure("Accuracy", "val_accuracy"),
    _Figure("Among the first three", "val_top3"),
    _Figure("Macro F1", "val_f1_macro", to_decimal, to_change),
    _Figure("Accuracy where the merchant is known", "val_accuracy_seen"),
    _Figure("Accuracy where the merchant is new", "val_accuracy_unseen"),
    _Figure("Share of known merchants", "val_share_seen"),
    _Figure("Calibration error (ECE)", "val_ece", to_decimal, to_change),
    _Figure("Share that can be answered with 95 % right", "val_coverage_at_95"),
)
_OTHERS = (
    _Figure("The most frequent category", "val_majority_accuracy"),
    _Figure("The merchant's most frequent category", "val_lookup_accuracy"),
)


def comparison(facts: VersionFacts, before: VersionFacts | None) -> Section:
    """Return the figures of a version with those of the version before, and what else is right how often."""
    return Section(
        "Figures, and the version before",
        sentences=tuple(_sentences(facts, before)),
        tables=(_figures(facts, before), _others(facts)),
    )


def _figures(facts: VersionFacts, before: VersionFacts | None) -> Table:
    return Table(
        "Figures on transactions that were not learned from",
        (
            Column("Figure"),
            *number_columns(facts.name, *((before.name, "Difference") if before else ())),
        ),
        tuple(_row(figure, facts, before) for figure in _FIGURES if facts.number(figure.name) is not None),
        empty="Nothing was measured.",
    )


def _row(figure: _Figure, facts: VersionFacts, before: VersionFacts | None) -> tuple[str, ...]:
    value = facts.number(figure.name)
    if before is None:
        return (figure.title, figure.written(value))
    earlier = before.number(figure.name)
    change = figure.compared(difference(value, earlier))
    return (figure.title, figure.written(value), figure.written(earlier), change)


def _others(facts: VersionFacts) -> Table:
    accuracy = facts.number("val_accuracy")
    rows = [
        (other.title, "all", to_percent(facts.number(other.name)), to_percent(accuracy))
        for other in _OTHERS
        if facts.number(other.name) is not None
    ]
    rows += _on_some("The rules of that time", facts, "baseline", facts.number("val_baseline_coverage"))
    compared, size = facts.number("val_champion_rows"), facts.number("val_size")
    newer = compared / size if compared and size else None
    rows += _on_some("The champion, on what is newer than its training", facts, "champion", newer)
    return Table(
        "How often simpler answers are right on the same transactions",
        (Column("Answer"), *number_columns("Of the rows", "Right", facts.name)),
        tuple(rows),
        empty="Nothing simpler was measured beside it.",
    )


def _on_some(
    title: str, facts: VersionFacts, other: str, share: float | None
) -> list[tuple[str, str, str, str]]:
    right = facts.number(f"val_{other}_accuracy")
    if right is None:
        return []
    ours = facts.number(f"val_accuracy_on_{other}_rows")
    return [(title, to_percent(share), to_percent(right), to_percent(ours))]


def _sentences(facts: VersionFacts, before: VersionFacts | None) -> list[str]:
    if before is None:
        return ["There is no earlier version to compare with."]
    compared = f"Compared with {before.name}, the latest version before it that was not rejected."
    if _is_same_rows(facts, before):
        return [compared, "Both learned from the same transactions and were measured on the same ones."]
    periods = f"{facts.name} was measured on {_period(facts)}, {before.name} on {_period(before)}."
    return [compared, periods, *_chance(facts, before)]


def _is_same_rows(facts: VersionFacts, before: VersionFacts) -> bool:
    return facts.data_fingerprint == before.data_fingerprint and facts.text("split") == before.text("split")


def _period(facts: VersionFacts) -> str:
    first, last = facts.text("val_from"), facts.text("val_to")
    return f"transactions from {first} to {last}" if first and last else "transactions of an unknown period"


def _chance(facts: VersionFacts, before: VersionFacts) -> list[str]:
    # The standard error of the difference of two shares of different rows.
    variance = 0.0
    for one in (facts, before):
        accuracy, size = one.number("val_accuracy"), one.number("val_size")
        if accuracy is None or not size:
            return []
        variance += accuracy * (1 - accuracy) / size
    points = 100 * _TWO_SIDED_95 * sqrt(variance)
    return [
        f"On different transactions chance alone moves the difference of the accuracies by up to "
        f"{points:.1f} points in 19 of 20 cases, and by more where purchases resemble each other."
    ]
