"""How people label: by habit, by amount, and sometimes by mistake."""

from collections.abc import Mapping
from random import Random
from typing import Final

# Share of people who file a topic elsewhere than the others do: (topic, own category, share).
_HABITS: Final = (
    ("Fuel", "Auto & Vehicle", 0.14),
    ("coffee", "Groceries", 0.12),
    ("Hobbies, Books & Gifts", "General Merchandise", 0.14),
    ("streaming", "Telecom, Internet & Utilities", 0.12),
    ("Health & Pharmacy", "Groceries", 0.07),
    ("Home Improvement & Hardware", "Furniture & Household", 0.12),
    ("Parking & Transit", "Travel, Lodging & Rental", 0.07),
    ("Repairs & Contractors", "Home Improvement & Hardware", 0.15),
    ("insurance", "Auto & Vehicle", 0.10),
    ("fees", "Other", 0.15),
)
_SLIP: Final = 0.035
_SLIPS: Final[Mapping[str, tuple[str, ...]]] = {
    "Groceries": ("General Merchandise", "Restaurants"),
    "Restaurants": ("Groceries", "Entertainment & Recreation"),
    "General Merchandise": ("Groceries", "Electronics & Software", "Other"),
    "Transfers": ("Income", "Cash", "Other"),
    "Income": ("Transfers",),
    "Electronics & Software": ("General Merchandise", "Office Supplies & Equipment"),
}
_UNLABELLED: Final = 0.10


def draw_habits(rng: Random) -> dict[str, str]:
    """Draw in which topics one person departs from the usual category."""
    return {topic: category for topic, category, share in _HABITS if rng.random() < share}


def label(rng: Random, category: str, topic: str, amount: float, *, habits: Mapping[str, str]) -> str | None:
    """Return the category a person gives a transaction; None when they give none."""
    if rng.random() < _UNLABELLED:
        return None
    if rng.random() < _SLIP:
        return rng.choice(_SLIPS.get(category, ("Other", "General Merchandise")))
    if topic == "everything":
        return _label_superstore(rng, category, abs(amount))
    return habits.get(topic, category)


def _label_superstore(rng: Random, category: str, amount: float) -> str:
    # A shop that sells everything is filed by what was bought: the weekly shop, now and then a device.
    if amount > 150 and rng.random() < 0.35:
        return "Electronics & Software"
    if 60 < amount <= 150 and rng.random() < 0.6:
        return "Groceries"
    return category
