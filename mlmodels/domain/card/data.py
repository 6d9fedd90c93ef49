"""What a version was made from."""

from mlmodels.domain.card.facts import VersionFacts
from mlmodels.domain.card.layout import Section
from mlmodels.domain.figures import to_count

_SPLITS = {
    "client": "each client's history by date, between days: the older half, the next three tenths, the "
    "newest fifth",
    "user": "each user's own history by date, as most newer transactions belong to users with nothing "
    "before: the older half, the next three tenths, the newest fifth",
}


def data(facts: VersionFacts) -> Section:
    """Return the examples it learned from: how many, of when, and what was left out."""
    found = (
        ("Labelled examples", _counted(facts, "refit_size")),
        ("Period", _period(facts.text("trained_from"), facts.text("trained_to"))),
        ("Held out to measure", _counted(facts, "val_size")),
        ("Period of those", _period(facts.text("val_from"), facts.text("val_to"))),
        ("Learned from to measure", _counted(facts, "train_size")),
        ("Cut", _SPLITS.get(facts.text("split"), facts.text("split"))),
        ("Measured on", facts.text("measured_on")),
        ("Categories", to_count(len(facts.labels))),
        ("Categories left out, with too few examples", _left_out(facts)),
        ("Examples left out as unusable", _counted(facts, "unusable_examples")),
        ("Fingerprint (SHA-256)", facts.data_fingerprint),
    )
    return Section("Data", facts=tuple((name, value) for name, value in found if value))


def _counted(facts: VersionFacts, name: str) -> str:
    value = facts.count(name)
    return "" if value is None else to_count(value)


def _period(first: str, last: str) -> str:
    return f"{first} to {last}" if first and last else f"until {last}" if last else ""


def _left_out(facts: VersionFacts) -> str:
    names = sorted(set(facts.table("examples_per_class")) - set(facts.labels))
    count = _counted(facts, "left_out_categories")
    return f"{count}: {', '.join(names)}" if count and names else count
