"""What comes back every month: income, housing, bills, subscriptions, transfers, cash."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from suggestions.demo.catalogue import EMPLOYERS, PREFIXES, SURNAMES
from suggestions.demo.people import Person


@dataclass(frozen=True, slots=True)
class Draft:
    """One transaction before the bank prints it and its owner labels it."""

    person: Person
    day: date
    text: str
    amount: float
    category: str
    topic: str
    account: str
    memo: str = ""


_BILLS: Final[dict[str, tuple[str, ...]]] = {
    "CA": ("BELL CANADA", "ROGERS", "HYDRO ONE", "ENBRIDGE GAS", "LAKELINK INTERNET"),
    "US": ("VERIZON WRLS", "COMCAST", "AT&T*BILL PAYMENT", "MIDSTATE POWER", "CITY WATER DEPT"),
    "GB": ("BRITISH GAS", "VODAFONE", "NORTHGRID ENERGY", "THAMESIDE WATER", "FIBRELY"),
    "DE": ("TELEKOM", "VODAFONE", "STADTSTROM AG", "WASSERWERKE"),
}
_STREAMING: Final = (("NETFLIX.COM", 16.5), ("SPOTIFY", 10.9), ("DISNEY PLUS", 11.9), ("CINEBOX+", 8.99))
_SUBSCRIPTIONS: Final = (
    ("GOODLIFE CLUBS", 59.0, "Entertainment & Recreation"),
    ("IRONWORKS GYM", 42.0, "Entertainment & Recreation"),
    ("DROPBOX", 13.9, "Electronics & Software"),
    ("PIXELCLOUD PRO", 24.0, "Electronics & Software"),
    ("DAILY COURIER NEWS", 14.0, "Hobbies, Books & Gifts"),
)
_INSURERS: Final = ("AVIVA", "NORTHSTAR MUTUAL", "SUREPATH INSURANCE", "ALLIANZ")
_SAVINGS: Final = ("INTERNAL TRANSFER TO SAVINGS", "TFR-TO 4471", "TRANSFER TO SAV 01", "SAVINGS SWEEP")
_CARD_PAID: Final = ("PAYMENT THANK YOU", "CARD PAYMENT RECEIVED")
_CASH: Final = ("ATM WITHDRAWAL", "ABM W/D", "CASH WITHDRAWAL", "ATM W/D")
_FEES: Final = ("MONTHLY ACCOUNT FEE", "SERVICE CHARGE", "PLAN FEE")
_PAY_FORMS: Final = ("PAYROLL DEP {}", "{} DIRECT DEP", "SALARY {}", "{} PAY", "{} PAYROLL")
_PENSION_FORMS: Final = (
    "PENSION PAYMENT",
    "STATE PENSION",
    "{} PENSION",
    "ANNUITY CO 114",
    "SILVER YEARS FUND",
)


def draft_recurring(rng: Random, person: Person) -> Iterator[Draft]:
    """Give everything that recurs in the time the demo knows the person."""
    yield from _subscriptions(rng, person)
    if person.is_card_only:
        return
    yield from _pay(rng, person)
    yield from _housing(rng, person)
    yield from _utilities(rng, person)
    yield from _own_transfers(rng, person)
    yield from _between_people(rng, person)
    yield from _cash_and_fees(rng, person)


def _monthly(person: Person, day_of_month: int) -> Iterator[date]:
    day = person.joined_on.replace(day=day_of_month)
    while day <= person.left_on:
        if day >= person.joined_on:
            yield day
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=day_of_month)


def _draft(person: Person, category: str, topic: str = "") -> Callable[..., Draft]:
    account = f"{'card' if person.is_card_only else 'chequing'}-{person.card}"

    def build(day: date, text: str, amount: float, memo: str = "") -> Draft:
        printed = text.title() if person.bank == "title" else text
        return Draft(person, day, printed, amount, category, topic or category, account, memo)

    return build


def _pay(rng: Random, person: Person) -> Iterator[Draft]:
    persona = person.persona
    if persona.pay_every == "now and then":
        yield from _invoices(rng, person)
        return
    income = _draft(person, "Income")
    forms = _PENSION_FORMS if persona.pay_every == "month" else _PAY_FORMS
    source = rng.choice(forms).format(rng.choice(EMPLOYERS))
    pay = persona.pay * rng.lognormvariate(0, 0.25)
    days = {"week": 7, "fortnight": 14, "month": 30}[persona.pay_every]
    day = person.joined_on + timedelta(days=rng.randrange(days))
    while day <= person.left_on:
        yield income(day, source, pay * rng.gauss(1, 0.02))
        day += timedelta(days=days)


def _invoices(rng: Random, person: Person) -> Iterator[Draft]:
    income = _draft(person, "Income")
    clients = [f"E-TRANSFER FROM {rng.choice(SURNAMES)}", "STRIPE PAYOUT", *rng.sample(EMPLOYERS, 2)]
    for start in _monthly(person, 1):
        for _ in range(rng.choice((1, 1, 2, 3))):
            day = min(start + timedelta(days=rng.randrange(28)), person.left_on)
            amount = person.persona.pay * rng.lognormvariate(0, 0.5)
            yield income(day, rng.choice(clients), amount, rng.choice(("", "", "invoice")))


def _housing(rng: Random, person: Person) -> Iterator[Draft]:
    persona = person.persona
    if not persona.housing:
        return
    housing = _draft(person, "Rent & Mortgage")
    amount = round(persona.housing * rng.lognormvariate(0, 0.2))
    estate = rng.choice(PREFIXES)
    if persona.is_owner:
        text, memo = rng.choice(("MORTGAGE PAYMENT", f"{estate} HOME LOANS", "MTG PYMT")), ""
    elif rng.random() < 0.2:
        text, memo = f"E-TRANSFER SENT {rng.choice(SURNAMES)}", "rent"
    else:
        text, memo = rng.choice((f"RENT {estate} PROPERTIES", f"{estate} REALTY")), ""
    for day in _monthly(person, rng.choice((1, 1, 1, 15, 28))):
        yield housing(day, text, -amount, memo)


def _utilities(rng: Random, person: Person) -> Iterator[Draft]:
    utility = _draft(person, "Telecom, Internet & Utilities")
    for name in rng.sample(_BILLS[person.country], rng.choice((1, 2, 2))):
        amount = rng.uniform(35, 130)
        for day in _monthly(person, rng.randrange(3, 27)):
            winter = 1.4 if day.month in (12, 1, 2) and "GAS" in name else 1.0
            yield utility(day, name, -amount * winter * rng.gauss(1, 0.08))


def _subscriptions(rng: Random, person: Person) -> Iterator[Draft]:
    streaming = _draft(person, "Entertainment & Recreation", "streaming")
    chosen = [(streaming, *service) for service in rng.sample(_STREAMING, rng.choice((0, 0, 1, 2)))]
    if rng.random() < 0.35:
        name, price, category = rng.choice(_SUBSCRIPTIONS)
        chosen.append((_draft(person, category), name, price))
    if rng.random() < 0.3:
        insurance = _draft(person, "Financial & Insurance", "insurance")
        chosen.append((insurance, rng.choice(_INSURERS), round(rng.uniform(40, 160), 2)))
    for build, name, price in chosen:
        for day in _monthly(person, rng.randrange(1, 28)):
            yield build(day, name, -price)


def _own_transfers(rng: Random, person: Person) -> Iterator[Draft]:
    transfer = _draft(person, "Transfers")
    if rng.random() < 0.6:
        text, amount = rng.choice(_SAVINGS), rng.choice((50, 100, 150, 200, 400))
        for day in _monthly(person, rng.randrange(1, 28)):
            yield transfer(day, text, -amount)
    if rng.random() < 0.5:
        text = rng.choice(_CARD_PAID)
        for day in _monthly(person, rng.randrange(10, 28)):
            yield transfer(day, text, rng.uniform(150, 1400))


def _between_people(rng: Random, person: Person) -> Iterator[Draft]:
    transfer = _draft(person, "Transfers")
    for day in _monthly(person, rng.randrange(1, 28)):
        if rng.random() < 0.4:
            sign = rng.choice((-1, -1, 1))
            text = f"E-TRANSFER {'SENT' if sign < 0 else 'FROM'} {rng.choice(SURNAMES)}"
            memo = rng.choice(("", "", "dinner", "thanks", "tickets"))
            yield transfer(day, text, sign * rng.choice((20, 35, 50, 80, 120)), memo)


def _cash_and_fees(rng: Random, person: Person) -> Iterator[Draft]:
    cash, fees = _draft(person, "Cash"), _draft(person, "Financial & Insurance", "fees")
    for day in _monthly(person, rng.randrange(1, 28)):
        if rng.random() < 0.5:
            text = f"{rng.choice(_CASH)} {rng.randrange(100, 999)} {person.city}"
            yield cash(day, text, -rng.choice((20, 40, 60, 100, 200)))
    if rng.random() < 0.3:
        text, price = rng.choice(_FEES), rng.choice((4.95, 11.95, 16.95))
        for day in _monthly(person, 28):
            yield fees(day, text, -price)
