"""Who the demo's people are: what they earn and how often they buy what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Persona:
    """A kind of person."""

    share: float
    pay_every: Literal["week", "fortnight", "month", "now and then"]
    pay: float
    """One payment of income, typically."""
    housing: float
    """Rent or mortgage a month; 0 for those who pay none."""
    is_owner: bool
    purchases: Mapping[str, float]
    """How many a month, by category."""


_COMMON: Final[dict[str, float]] = {
    "Groceries": 3.2,
    "Restaurants": 3.4,
    "Fuel": 0.8,
    "Parking & Transit": 1.0,
    "General Merchandise": 1.1,
    "Health & Pharmacy": 0.7,
    "Clothing": 0.4,
    "Entertainment & Recreation": 0.5,
    "Hobbies, Books & Gifts": 0.4,
    "Home Improvement & Hardware": 0.35,
    "Electronics & Software": 0.35,
    "Furniture & Household": 0.2,
    "Travel, Lodging & Rental": 0.2,
    "Auto & Vehicle": 0.2,
    "Education & Training": 0.08,
    "Postal & Shipping": 0.1,
    "Government & Fines": 0.08,
    "Repairs & Contractors": 0.1,
    "Professional & Business Services": 0.08,
    "Membership & Charity": 0.12,
    "Office Supplies & Equipment": 0.06,
}


PERSONAS: Final[Mapping[str, Persona]] = {
    "student": Persona(
        share=0.18,
        pay_every="fortnight",
        pay=520,
        housing=640,
        is_owner=False,
        purchases=_COMMON
        | {
            "Restaurants": 5.0,
            "Groceries": 2.4,
            "Fuel": 0.1,
            "Parking & Transit": 2.2,
            "Education & Training": 0.5,
            "Auto & Vehicle": 0.02,
            "Home Improvement & Hardware": 0.05,
            "Furniture & Household": 0.1,
        },
    ),
    "commuter": Persona(
        share=0.22,
        pay_every="fortnight",
        pay=2150,
        housing=1450,
        is_owner=False,
        purchases=_COMMON
        | {
            "Parking & Transit": 2.6,
            "Fuel": 1.4,
            "Restaurants": 4.2,
            "Auto & Vehicle": 0.3,
        },
    ),
    "family": Persona(
        share=0.22,
        pay_every="fortnight",
        pay=2700,
        housing=1950,
        is_owner=True,
        purchases=_COMMON
        | {
            "Groceries": 5.5,
            "General Merchandise": 2.0,
            "Clothing": 0.9,
            "Health & Pharmacy": 1.1,
            "Home Improvement & Hardware": 0.8,
            "Entertainment & Recreation": 0.9,
            "Furniture & Household": 0.4,
            "Fuel": 1.5,
        },
    ),
    "retiree": Persona(
        share=0.14,
        pay_every="month",
        pay=1900,
        housing=0,
        is_owner=True,
        purchases=_COMMON
        | {
            "Restaurants": 1.8,
            "Health & Pharmacy": 1.6,
            "Membership & Charity": 0.4,
            "Hobbies, Books & Gifts": 0.8,
            "Parking & Transit": 0.3,
            "Travel, Lodging & Rental": 0.3,
        },
    ),
    "freelancer": Persona(
        share=0.14,
        pay_every="now and then",
        pay=1300,
        housing=1300,
        is_owner=False,
        purchases=_COMMON
        | {
            "Professional & Business Services": 0.6,
            "Office Supplies & Equipment": 0.5,
            "Electronics & Software": 1.0,
            "Postal & Shipping": 0.5,
            "Travel, Lodging & Rental": 0.4,
            "Restaurants": 4.0,
        },
    ),
    "shift worker": Persona(
        share=0.10,
        pay_every="week",
        pay=760,
        housing=980,
        is_owner=False,
        purchases=_COMMON
        | {
            "Fuel": 1.6,
            "Restaurants": 4.4,
            "Groceries": 2.8,
            "Travel, Lodging & Rental": 0.05,
        },
    ),
}

SEASONS: Final[Mapping[str, Mapping[int, float]]] = {
    "Hobbies, Books & Gifts": {11: 1.6, 12: 2.6, 1: 0.6},
    "General Merchandise": {11: 1.5, 12: 1.9, 1: 0.7},
    "Travel, Lodging & Rental": {6: 1.5, 7: 2.2, 8: 2.0, 12: 1.4, 2: 0.7},
    "Home Improvement & Hardware": {4: 1.5, 5: 1.8, 6: 1.5, 12: 0.5, 1: 0.5},
    "Clothing": {8: 1.4, 11: 1.3, 12: 1.4},
    "Education & Training": {9: 3.0, 1: 1.8, 7: 0.4},
    "Fuel": {7: 1.2, 8: 1.2},
}
"""How much more or less of a category is bought in a month of the year; 1 where nothing is said."""
