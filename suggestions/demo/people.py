"""The demo's end users: where they live, how their bank writes, what they earn, where they shop."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final, Literal

from suggestions.demo.catalogue import CITIES, COUNTRY_WEIGHTS, CURRENCIES
from suggestions.demo.labels import draw_habits
from suggestions.demo.merchants import Merchant
from suggestions.demo.personas import PERSONAS, Persona

Bank = Literal["plain", "pos", "dated", "title"]
"""How a bank prints: plainly, with a prefix for the card terminal, with the date, or in mixed case."""

_BANKS: Final[dict[Bank, float]] = {"plain": 0.55, "pos": 0.2, "dated": 0.15, "title": 0.1}
_CARD_ONLY: Final = 0.55
_SHORTEST_DAYS: Final = 45


@dataclass(frozen=True, slots=True)
class Person:
    """One end user and the time in which the demo knows them."""

    id: str
    persona: Persona
    country: str
    city: str
    currency: str
    bank: Bank
    card: str
    """The last four digits of the card."""
    joined_on: date
    left_on: date
    """The last day."""
    is_card_only: bool
    """The demo sees this person's card alone: no income, no rent."""
    habits: dict[str, str]
    """Own category by topic, where this person departs from the usual one."""
    wallet: dict[str, list[Merchant]] = field(default_factory=dict)
    """Favourite merchants by category."""


def build_people(rng: Random, count: int, merchants: list[Merchant], start: date, end: date) -> list[Person]:
    """Invent people, each with a time of their own within the demo's."""
    return [_build_person(rng, number, merchants, start, end) for number in range(1, count + 1)]


def find_near(merchants: list[Merchant], category: str, country: str) -> list[Merchant]:
    """Return the merchants of a category in a country; those elsewhere when it has none."""
    there = [merchant for merchant in merchants if merchant.category == category]
    return [merchant for merchant in there if country in merchant.countries] or there


def _build_person(rng: Random, number: int, merchants: list[Merchant], start: date, end: date) -> Person:
    persona = rng.choices(list(PERSONAS.values()), [p.share for p in PERSONAS.values()])[0]
    country = rng.choices(list(COUNTRY_WEIGHTS), list(COUNTRY_WEIGHTS.values()))[0]
    days = (end - start).days
    known_days = min(days, int(_SHORTEST_DAYS + (days - _SHORTEST_DAYS) * rng.random() ** 3))
    left_on = end - timedelta(days=rng.randrange(days - known_days + 1) if rng.random() < 0.4 else 0)
    return Person(
        id=f"user-{number:03d}",
        persona=persona,
        country=country,
        city=rng.choice(CITIES[country]),
        currency=CURRENCIES[country],
        bank=rng.choices(list(_BANKS), list(_BANKS.values()))[0],
        card=f"{rng.randrange(10_000):04d}",
        joined_on=left_on - timedelta(days=known_days),
        left_on=left_on,
        is_card_only=rng.random() < _CARD_ONLY,
        habits=draw_habits(rng),
        wallet=_fill_wallet(rng, country, merchants, persona),
    )


def _fill_wallet(
    rng: Random, country: str, merchants: list[Merchant], persona: Persona
) -> dict[str, list[Merchant]]:
    wallet: dict[str, list[Merchant]] = {}
    for category, rate in persona.purchases.items():
        near = find_near(merchants, category, country)
        size = 2 + round(rate) + rng.randrange(3)
        wallet[category] = list(dict.fromkeys(rng.choices(near, [m.weight for m in near], k=size)))
    return wallet
