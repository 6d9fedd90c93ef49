"""What kind of model a version is: its features in words, its settings, and how they were found."""

from collections.abc import Mapping
from typing import Any

from mlmodels.domain.card.facts import VersionFacts
from mlmodels.domain.card.layout import Column, Section, Table, number_columns
from mlmodels.domain.feature_groups import group_of
from mlmodels.domain.figures import to_count, to_short, to_size


def recipe(facts: VersionFacts) -> Section:
    """Return how the model is built, with its settings."""
    found = (
        ("Version of the features", str(facts.feature_version)),
        ("Trees", _counted(facts, "trees")),
        ("Size", to_size(facts.size_bytes) if facts.size_bytes else "the bytes were dropped to save space"),
        ("Artifact (SHA-256)", facts.sha256),
        ("Seed", _counted(facts, "seed")),
    )
    return Section(
        "Model and features",
        sentences=tuple(_sentences(facts)),
        facts=tuple((name, value) for name, value in found if value),
        tables=(_features(facts), *_search(facts)),
    )


def _sentences(facts: VersionFacts) -> list[str]:
    if "log_probability" not in facts.feature_names:
        return []
    return [
        "A text model, a softmax regression on hashed words and runs of characters, proposes categories. A "
        "ranker of small trees weighs those, and the categories that known labels propose, by "
        f"{len(facts.feature_names)} features of each. Isotonic regression makes confidences of its scores.",
        "No word of a description is stored in it: the text is hashed.",
    ]


def _features(facts: VersionFacts) -> Table:
    groups: dict[str, list[str]] = {}
    for name in facts.feature_names:
        groups.setdefault(group_of(name), []).append(name)
    return Table(
        "Features of a candidate",
        (Column("They say"), *number_columns("Count"), Column("Names")),
        tuple((title, str(len(names)), ", ".join(names)) for title, names in groups.items()),
        empty="Its features are not recorded.",
    )


def _search(facts: VersionFacts) -> list[Table]:
    chosen: Mapping[str, Any] = facts.metrics.get("parameters") or {}
    trials: list[Mapping[str, Any]] = facts.metrics.get("search") or ([chosen] if chosen else [])
    if not trials:
        return []
    names = list(trials[0])
    return [
        Table(
            "Settings of the trees that were tried",
            (*number_columns(*(name.replace("_", " ").capitalize() for name in names)), Column("Chosen")),
            tuple(
                (
                    *(to_short(trial.get(name)) for name in names),
                    "chosen" if _is_chosen(trial, chosen) else "",
                )
                for trial in trials
            ),
        )
    ]


def _is_chosen(trial: Mapping[str, Any], chosen: Mapping[str, Any]) -> bool:
    return all(trial.get(name) == value for name, value in chosen.items())


def _counted(facts: VersionFacts, name: str) -> str:
    value = facts.count(name)
    return "" if value is None else to_count(value)
