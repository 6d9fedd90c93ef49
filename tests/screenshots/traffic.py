"""Let a fresh demo live for a while: suggestions, and what its users said to them."""

import random
from typing import Any

from tests.smoke.service import Service

SUGGESTED = 6_000
JUDGED = 400
BATCH = 20
SEED = 7


def let_users_come(service: Service) -> None:
    """Ask for suggestions and accept most of them; the same each time but for the day."""
    rows = list(service.transactions(SUGGESTED))
    chance = random.Random(SEED)  # a demo
    ids = [row["txn_id"] for row in rows]
    # As an application asks when somebody opens a page; whole statements at once take longer than the budget.
    batches = (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))
    items = [
        item
        for batch in batches
        for item in service.as_client("POST", "/ml/suggestions", {"txn_ids": batch})["items"]
    ]
    known = {row["txn_id"]: row["category"] for row in rows}
    for item in chance.sample([item for item in items if item["candidates"]], JUDGED):
        service.as_client("POST", "/ml/suggestions/feedback", _verdict(item, known, chance))


def _verdict(item: dict[str, Any], known: dict[int, str], chance: random.Random) -> dict[str, Any]:
    suggested, right = item["candidates"][0]["label"], known.get(item["txn_id"]) or ""
    is_accepted = suggested == right if right else chance.random() < 0.9
    if is_accepted:
        return {"event_id": item["event_id"], "action": "accept"}
    if right:
        return {"event_id": item["event_id"], "action": "correct", "label": right}
    return {"event_id": item["event_id"], "action": "reject"}
