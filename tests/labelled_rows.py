"""Labelled transactions as a client sends them."""

from datetime import date, timedelta

from tests.builders import transaction_body
from tests.champions import MERCHANTS

COUNT = 360


def labelled_rows(*, users: int = 9) -> list[dict[str, object]]:
    rows = []
    for number in range(COUNT):
        category = sorted(MERCHANTS)[number % 3]
        merchant = MERCHANTS[category][number // 3 % 4]
        rows.append(
            transaction_body(
                external_id=f"r{number}",
                user_id=f"user-{number % users}",
                description=f"{merchant} #{number}",
                date=(date(2026, 1, 1) + timedelta(days=number // 4)).isoformat(),
                category=category,
            )
        )
    return rows
