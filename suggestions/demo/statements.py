"""How banks print a purchase: store numbers, cities, prefixes, dates, and names cut short."""

from datetime import date
from random import Random
from typing import Final

from suggestions.demo.merchants import Merchant
from suggestions.demo.people import Person

_SMALL_PREFIXES: Final = ("SQ *", "TST* ", "SUMUP *", "ZTL*")
_NAME_WIDTHS: Final = (22, 23, 25)


def print_purchase(rng: Random, merchant: Merchant, person: Person, day: date) -> str:
    """Return the statement line of one purchase."""
    name = _print_name(rng, merchant, person)
    return print_line(rng, name, person, day)


def print_line(rng: Random, text: str, person: Person, day: date) -> str:
    """Dress any text as the person's bank does."""
    if person.bank == "pos" and rng.random() < 0.8:
        text = f"{rng.choice(('POS DEBIT', 'POS W/D', 'VISA PURCHASE'))} {text}"
    elif person.bank == "dated" and rng.random() < 0.8:
        text = f"{text} {day:%d%b}".upper() + (f" CARD {person.card}" if rng.random() < 0.4 else "")
    elif person.bank == "title":
        text = text.title() if rng.random() < 0.85 else text.lower()
    return text


def _print_name(rng: Random, merchant: Merchant, person: Person) -> str:
    if merchant.channel == "online":
        return _print_online(rng, merchant)
    if merchant.channel == "chain":
        number = rng.randrange(20, 9000)
        branch = rng.choice((f" #{number}", f" {number:04d}", f"#{number}", ""))
        return f"{merchant.name}{branch} {person.city if rng.random() < 0.6 else ''}".strip()
    name = merchant.name
    roll = rng.random()
    if roll < 0.3:
        name = rng.choice(_SMALL_PREFIXES) + name
    elif roll < 0.38:
        name = f"PAYPAL *{name.replace(' ', '')}"
    # Card networks give the name a fixed width and put the city behind it.
    name = name[: rng.choice(_NAME_WIDTHS)].rstrip()
    if roll > 0.9:
        return f"{name} {merchant.city}"[: rng.choice(_NAME_WIDTHS)].rstrip()
    return f"{name} {merchant.city}" if rng.random() < 0.7 else name


def _print_online(rng: Random, merchant: Merchant) -> str:
    reference = "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=7))
    name = merchant.name
    return rng.choice(
        (f"{name}*{reference}", f"{name} {reference}", f"PAYPAL *{name.replace(' ', '')[:16]}", f"{name}.COM")
    )
