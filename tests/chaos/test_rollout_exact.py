"""No request that starts after a change of the rollout has returned is served by the old value."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from suggestions.models import Category, RolloutChange
from suggestions.rollout import set_percentage
from tests.builders import make_client, make_key, make_rule, make_transaction
from tests.champions import install_champion
from tests.running import WebServer, wait_until, web_servers

FLIPS = 200


@dataclass
class Committed:
    """The newest rollout version whose change has returned."""

    version: int = 0


@dataclass(frozen=True)
class Seen:
    version_before: int
    rollout: dict[str, Any]
    source: str


def ask_all_the_time(
    server: WebServer, key: str, txn_id: int, committed: Committed, over: threading.Event, seen: list[Seen]
) -> None:
    while not over.is_set():
        before = committed.version
        status, answer = server.send("POST", "/ml/suggestions", {"txn_ids": [txn_id]}, key=key)
        assert status == 200, answer
        seen.append(Seen(before, answer["rollout"], answer["items"][0]["source"]))


@pytest.mark.django_db(transaction=True)
def test_rollout__200_flips_under_two_servers_of_two_workers__no_answer_by_an_old_value(
    tmp_path: Path,
) -> None:
    client = make_client()
    Category.objects.create(client=client, name="Restaurants")
    make_rule()
    install_champion()
    key, row = make_key(client=client), make_transaction(client)
    committed, over = Committed(), threading.Event()
    seen: list[Seen] = []

    with web_servers(2, tmp_path, WEB_CONCURRENCY="2", SUGGEST_SHADOW_DEADLINE_MS="5000") as servers:
        askers = [
            threading.Thread(target=ask_all_the_time, args=(server, key, row.pk, committed, over, seen))
            for server in servers * 2
        ]
        for asker in askers:
            asker.start()
        for flip in range(1, FLIPS + 1):
            percentage = 10_000 if flip % 2 else 0
            change = set_percentage(
                percentage, by=None, reason=f"flip {flip}", origin=RolloutChange.Origin.COMMAND
            )
            committed.version = change.version
            over.wait(0.02)
            wait_until(lambda flips=flip: len(seen) > flips, "there are more answers than flips")
        over.set()
        for asker in askers:
            asker.join()

    assert [one for one in seen if one.rollout["version"] < one.version_before] == []
    assert {(one.rollout["percentage"], one.source) for one in seen} == {(0.0, "rule"), (100.0, "model")}
