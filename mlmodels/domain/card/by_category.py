"""How well each category is found, and which are taken for each other."""

from collections.abc import Iterator, Mapping

from mlmodels.domain.card.facts import CategoryFigures, ConfusedPair, VersionFacts
from mlmodels.domain.card.layout import Column, Section, Table, number_columns
from mlmodels.domain.evaluation.evaluation import CONFUSED_PAIRS, MIN_SUPPORT
from mlmodels.domain.figures import NOTHING, difference, to_change, to_count, to_decimal, to_percent


def by_category(facts: VersionFacts, before: VersionFacts | None) -> Section:
    """Return precision, recall and F1 of each category, the weakest first."""
    return Section(
        "By category, the weakest first",
        sentences=tuple(_sentences(facts)),
        tables=(
            Table(
                "Figures by category",
                (
                    Column("Category"),
                    *number_columns("Examples", "Held out", "Precision", "Recall", "F1"),
                    *(number_columns(f"F1 of {before.name}", "Difference") if before else ()),
                ),
                tuple(_rows(facts, before)),
                empty="Nothing was measured by category.",
            ),
        ),
    )


def confusion(facts: VersionFacts) -> Section:
    """Return which categories are most often taken for which."""
    pairs = facts.confused_pairs
    counted = {(pair.truth, pair.answer): pair.rows for pair in pairs}
    support = {one.category: one.support for one in facts.categories}
    return Section(
        "Worst confused pairs",
        sentences=(f"The {CONFUSED_PAIRS} most frequent mistakes among the held-out transactions, at most.",),
        tables=(
            Table(
                "Mistakes",
                (
                    Column("Category"),
                    Column("Taken for"),
                    *number_columns("Times", "Of the category", "The other way round"),
                ),
                tuple(_pair_row(pair, support, counted) for pair in pairs),
                empty="No mistake was recorded.",
            ),
        ),
    )


def _rows(facts: VersionFacts, before: VersionFacts | None) -> Iterator[tuple[str, ...]]:
    f1_before = {one.category: one.f1 for one in before.categories} if before else {}
    for one in facts.categories:
        found = _row(one)
        if before:
            earlier = f1_before.get(one.category)
            found = (*found, to_decimal(earlier), to_change(difference(one.f1, earlier)))
        yield found


def _row(one: CategoryFigures) -> tuple[str, ...]:
    return (
        one.category,
        to_count(one.examples),
        to_count(one.support),
        to_percent(one.precision),
        to_percent(one.recall),
        to_decimal(one.f1),
    )


def _pair_row(
    pair: ConfusedPair, support: Mapping[str, int | None], counted: Mapping[tuple[str, str], int]
) -> tuple[str, ...]:
    rows = support.get(pair.truth)
    reverse = counted.get((pair.answer, pair.truth))
    return (
        pair.truth,
        pair.answer,
        to_count(pair.rows),
        to_percent(pair.rows / rows) if rows else NOTHING,
        to_count(reverse),
    )


def _sentences(facts: VersionFacts) -> list[str]:
    measured = {one.category for one in facts.categories}
    sentences = []
    few = sum(one.support is not None and one.support < MIN_SUPPORT for one in facts.categories)
    if few:
        sentences.append(
            f"{few} of {len(measured)} categories have fewer than {MIN_SUPPORT} held-out examples: one "
            "answer more or less moves their figures by points."
        )
    absent = sorted(set(facts.labels) - measured) if measured else []
    if absent:
        sentences.append(f"Known to the version, but without a held-out example: {', '.join(absent)}.")
    return sentences
