"""The demo's merchants: known chains, and many more of which nobody has heard."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final, Literal

from suggestions.demo.catalogue import CHAINS, CITIES, COUNTRY_WEIGHTS, PREFIXES, SUFFIXES

AMOUNTS: Final[Mapping[str, tuple[float, float]]] = {
    "Groceries": (48, 0.7),
    "Restaurants": (19, 0.65),
    "Fuel": (52, 0.35),
    "Parking & Transit": (13, 0.6),
    "Travel, Lodging & Rental": (260, 0.8),
    "Health & Pharmacy": (34, 0.8),
    "Clothing": (62, 0.6),
    "Home Improvement & Hardware": (58, 0.8),
    "Furniture & Household": (120, 0.8),
    "Electronics & Software": (85, 1.0),
    "General Merchandise": (42, 0.8),
    "Hobbies, Books & Gifts": (32, 0.6),
    "Entertainment & Recreation": (30, 0.6),
    "Auto & Vehicle": (95, 0.8),
    "Education & Training": (110, 0.8),
    "Postal & Shipping": (18, 0.5),
    "Government & Fines": (70, 0.7),
    "Repairs & Contractors": (190, 0.7),
    "Professional & Business Services": (140, 0.8),
    "Membership & Charity": (40, 0.6),
    "Office Supplies & Equipment": (38, 0.7),
}
"""Median purchase and spread (sigma of its logarithm) by category."""

_NAMES_PER_SUFFIX: Final = 5
_CHAIN_WEIGHT: Final = 6.0
_ONLINE_SHARE: Final = 0.12
_NEW_SHARE: Final = 1 / 6
_COFFEE: Final = ("STARBUCKS", "TIM HORTONS", "CAFE", "COFFEE", "ROASTERS", "DONUTS")
_ONLINE: Final = (
    "AMAZON",
    "AMZN",
    "EXPEDIA",
    "AIRBNB",
    "UDEMY",
    "STEAM",
    "PIXELCLOUD",
    "MICROSOFT",
    "WAYFAIR",
)


@dataclass(frozen=True, slots=True)
class Merchant:
    """One merchant as a card network knows it."""

    name: str
    category: str
    topic: str
    """What people have habits about when they label it: finer than the category in some cases."""
    channel: Literal["chain", "shop", "online"]
    countries: tuple[str, ...]
    city: str
    """Where its only shop is; empty for a chain or an online shop."""
    weight: float
    opened_on: date

    def draw_amount(self, rng: Random) -> float:
        """Draw what one purchase costs."""
        median, spread = AMOUNTS[self.category]
        scale = 0.35 if self.topic == "coffee" else 1.0
        return max(1.0, median * scale * math.exp(rng.gauss(0, spread)))


def build_merchants(rng: Random, start: date, end: date) -> list[Merchant]:
    """Invent the world's merchants; a sixth of the small ones open while the demo runs."""
    merchants = [
        _to_chain(name, category, countries, start)
        for category, chains in CHAINS.items()
        for name, countries in chains
    ]
    used: set[str] = set()
    for category, suffixes in SUFFIXES.items():
        for suffix in suffixes:
            for prefix in rng.sample(PREFIXES, _NAMES_PER_SUFFIX):
                name = f"{prefix} {suffix}"
                if name not in used:
                    used.add(name)
                    merchants.append(_to_shop(rng, name, category, start, end))
    return merchants


def _to_chain(name: str, category: str, countries: str, start: date) -> Merchant:
    online = any(word in name for word in _ONLINE)
    return Merchant(
        name=name,
        category=category,
        topic=_topic(name, category),
        channel="online" if online else "chain",
        countries=tuple(countries.split()) or tuple(CITIES),
        city="",
        weight=_CHAIN_WEIGHT,
        opened_on=start,
    )


def _to_shop(rng: Random, name: str, category: str, start: date, end: date) -> Merchant:
    country = rng.choices(list(COUNTRY_WEIGHTS), list(COUNTRY_WEIGHTS.values()))[0]
    online = rng.random() < _ONLINE_SHARE
    opens_late = rng.random() < _NEW_SHARE
    return Merchant(
        name=name,
        category=category,
        topic=_topic(name, category),
        channel="online" if online else "shop",
        countries=tuple(CITIES) if online else (country,),
        city=rng.choice(CITIES[country]),
        weight=rng.lognormvariate(0, 0.8),
        opened_on=start + timedelta(days=rng.randrange((end - start).days)) if opens_late else start,
    )


def _topic(name: str, category: str) -> str:
    if any(word in name for word in _COFFEE):
        return "coffee"
    if name in ("COSTCO", "WAL-MART", "TARGET", "AMAZON", "AMZN MKTP"):
        return "everything"
    return category
