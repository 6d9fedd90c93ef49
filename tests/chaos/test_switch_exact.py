"""No request that starts after a change of champion has returned is answered by the version before."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mlmodels.models import ModelVersion
from mlmodels.versions import registry
from suggestions.models import Category, ChallengerAnswer, Client, SuggestionEvent
from tests.builders import make_client, make_key, make_rule, make_transaction, set_canary
from tests.champions import install_champion, register_version
from tests.running import WebServer, wait_until, web_servers

SWITCHES = 6
BETWEEN_SECONDS = 1.0


@dataclass
class Champions:
    """Every champion in the order of the changes: those begun, and how many of them have returned."""

    begun: list[int] = field(default_factory=list)
    returned: int = 0

    def switch(self, change: Callable[[], ModelVersion], to: int) -> None:
        self.begun.append(to)
        assert change().pk == to
        self.returned += 1

    def since(self, returned: int) -> set[int]:
        return set(self.begun[returned - 1 :])


@dataclass(frozen=True)
class Seen:
    allowed: set[int]
    """The champions of the time between the request and its answer."""
    event_id: int
    answered_by: int | None


def ask_all_the_time(
    server: WebServer, key: str, txn_id: int, champions: Champions, over: threading.Event, seen: list[Seen]
) -> None:
    while not over.is_set():
        before = champions.returned
        status, answer = server.send("POST", "/ml/suggestions", {"txn_ids": [txn_id]}, key=key)
        assert status == 200, answer
        item = answer["items"][0]
        seen.append(Seen(champions.since(before), item["event_id"], item["model_version"]))


def wait_until_asked(challenger: int) -> None:
    answers = ChallengerAnswer.objects.filter(version_id=challenger)
    wait_until(answers.exists, f"v{challenger} has answered as challenger")


def wait_until_answering(champion: int, seen: list[Seen]) -> None:
    start = len(seen)
    wait_until(
        lambda: any(one.answered_by == champion for one in seen[start:]), f"v{champion} answers as champion"
    )


def shop(client: Client) -> None:
    Category.objects.create(client=client, name="Restaurants")
    make_rule()
    set_canary(10_000)


@pytest.mark.django_db(transaction=True)
def test_switch__promotions_and_roll_backs_under_two_servers_of_two_workers__no_answer_by_the_one_before(
    tmp_path: Path,
) -> None:
    client = make_client()
    shop(client)
    key, row = make_key(client=client), make_transaction(client)
    champions, over = Champions([install_champion().pk], 1), threading.Event()
    seen: list[Seen] = []

    with web_servers(2, tmp_path, WEB_CONCURRENCY="2", SUGGEST_SHADOW_DEADLINE_MS="10000") as servers:
        askers = [
            threading.Thread(target=ask_all_the_time, args=(server, key, row.pk, champions, over, seen))
            for server in servers * 2
        ]
        for asker in askers:
            asker.start()
        for number in range(SWITCHES):
            over.wait(BETWEEN_SECONDS)
            version = registry.challenge(register_version().pk).pk
            wait_until_asked(version)
            over.wait(BETWEEN_SECONDS)  # the challenger is loaded by every process
            champions.switch(lambda to=version: registry.promote(to, by=None, reason="better"), version)
            assert registry.challenger_ref() is None
            wait_until_answering(version, seen)
            over.wait(BETWEEN_SECONDS)
            if number % 2:
                previous = champions.begun[-2]
                champions.switch(lambda: registry.roll_back(by=None, reason="worse"), previous)
                wait_until_answering(previous, seen)
        over.wait(BETWEEN_SECONDS)
        over.set()
        for asker in askers:
            asker.join()

    assert len(champions.begun) == 1 + SWITCHES + SWITCHES // 2
    assert {one.answered_by for one in seen} == set(champions.begun)
    assert [one for one in seen if one.answered_by not in one.allowed] == []
    events = SuggestionEvent.objects.in_bulk([one.event_id for one in seen])
    assert [one for one in seen if events[one.event_id].model_version_id != one.answered_by] == []
    assert not SuggestionEvent.objects.exclude(state="agree").exists()
    assert ChallengerAnswer.objects.exists()
    assert not ChallengerAnswer.objects.exclude(failure="").exists()
