"""Generate the demo's transactions: the same seed and last day give the same ones."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from suggestions.demo.labels import label
from suggestions.demo.merchants import Merchant, build_merchants
from suggestions.demo.people import Person, build_people, find_near
from suggestions.demo.personas import SEASONS
from suggestions.demo.recurring import Draft, draft_recurring
from suggestions.demo.statements import print_purchase
from suggestions.domain.transaction_row import TransactionRow

DAYS: Final = 548
"""Eighteen months."""
UNLABELLED_DAYS: Final = 14
"""The newest days, which nobody has labelled yet."""

_EXPLORE: Final = 0.12
_REFUND: Final = 0.012
_SLOWEST: Final = 0.2
_SPARE: Final = 1.15


def generate_transactions(*, seed: int, users: int, transactions: int, end: date) -> list[TransactionRow]:
    """Generate at most so many transactions of so many people, by date, in the last months up to a day."""
    rng = Random(seed)  # noqa: S311 - a demo that can be repeated, nothing secret
    start = end - timedelta(days=DAYS)
    merchants = build_merchants(rng, start, end)
    people = build_people(rng, users, merchants, start, end)

    drafts = [draft for person in people for draft in draft_recurring(rng, person)]
    expected = sum(_months(person) * sum(person.persona.purchases.values()) for person in people)
    pace = max(_SLOWEST, (transactions - len(drafts)) * _SPARE / expected)
    for person in people:
        drafts += _draft_purchases(rng, person, merchants, pace)
    if len(drafts) > transactions:
        drafts = rng.sample(drafts, transactions)
    drafts.sort(key=lambda draft: (draft.day, draft.person.id, draft.text, draft.amount))
    return [_to_row(rng, number, draft, end) for number, draft in enumerate(drafts, 1)]


def _months(person: Person) -> float:
    return ((person.left_on - person.joined_on).days + 1) / 30.4


def _draft_purchases(rng: Random, person: Person, merchants: list[Merchant], pace: float) -> Iterator[Draft]:
    days = (person.left_on - person.joined_on).days + 1
    for category, rate in person.persona.purchases.items():
        season = SEASONS.get(category, {})
        peak = max([1.0, *season.values()])
        near = find_near(merchants, category, person.country)
        # Thinning: as many as in the best month, each kept as the season of its own day has it.
        for _ in range(_round_up_or_down(rng, rate * pace * peak * _months(person))):
            day = person.joined_on + timedelta(days=rng.randrange(days))
            merchant = _choose_merchant(rng, person.wallet[category], near)
            if rng.random() < season.get(day.month, 1.0) / peak and merchant.opened_on <= day:
                yield _draft_purchase(rng, person, merchant, day)


def _choose_merchant(rng: Random, favourites: list[Merchant], near: list[Merchant]) -> Merchant:
    if rng.random() < _EXPLORE:
        return rng.choices(near, [merchant.weight for merchant in near])[0]
    return rng.choice(favourites)


def _draft_purchase(rng: Random, person: Person, merchant: Merchant, day: date) -> Draft:
    amount = -merchant.draw_amount(rng)
    if rng.random() < _REFUND:
        amount = -amount
    text = print_purchase(rng, merchant, person, day)
    return Draft(person, day, text, amount, merchant.category, merchant.topic, f"card-{person.card}")


def _round_up_or_down(rng: Random, number: float) -> int:
    return int(number) + (rng.random() < number % 1)


def _to_row(rng: Random, number: int, draft: Draft, end: date) -> TransactionRow:
    person = draft.person
    known = label(rng, draft.category, draft.topic, draft.amount, habits=person.habits)
    is_new = draft.day > end - timedelta(days=UNLABELLED_DAYS)
    return TransactionRow(
        external_id=f"demo-{number:06d}",
        user_id=person.id,
        description=draft.text,
        amount=Decimal(f"{draft.amount:.2f}"),
        currency=person.currency,
        date=draft.day,
        account=draft.account,
        memo=draft.memo,
        category=None if is_new else known,
    )
