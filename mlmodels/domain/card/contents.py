"""Put a card together: how good the version is first, then what it was made from."""

from mlmodels.domain.card.by_category import by_category, confusion
from mlmodels.domain.card.calibration import calibration
from mlmodels.domain.card.comparison import comparison
from mlmodels.domain.card.data import data
from mlmodels.domain.card.facts import VersionFacts
from mlmodels.domain.card.gate import gate
from mlmodels.domain.card.layout import Card
from mlmodels.domain.card.recipe import recipe
from mlmodels.domain.card.weak import weak_categories
from mlmodels.domain.figures import to_count, to_decimal, to_percent


def write_card(facts: VersionFacts, *, before: VersionFacts | None, min_examples: int) -> Card:
    """Return the card of a version.

    Args:
        facts: what is stored of it.
        before: the version it is compared with; None: there is none.
        min_examples: of a category, below which it is left out of a training.
    """
    return Card(
        title=f"Model card of {facts.name}",
        summary=tuple(_summary(facts)),
        sections=(
            comparison(facts, before),
            gate(facts),
            by_category(facts, before),
            confusion(facts),
            weak_categories(facts, min_examples=min_examples),
            calibration(facts),
            data(facts),
            recipe(facts),
        ),
    )


def _summary(facts: VersionFacts) -> list[str]:
    trained = f"{facts.name} was trained on {facts.trained_at:%Y-%m-%d %H:%M} UTC and is {facts.status}."
    accuracy, size, f1 = facts.number("val_accuracy"), facts.count("val_size"), facts.number("val_f1_macro")
    if accuracy is None or size is None:
        return [trained, "It was not measured."]
    rows = f"{to_count(size)} transactions that it had not learned from"
    ending = f"; its macro F1 is {to_decimal(f1)}." if f1 is not None else "."
    return [trained, f"It was right in {to_percent(accuracy)} of {rows}{ending}"]
