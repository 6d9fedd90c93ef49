"""Game day: a bad model gets to users, and the service takes it away from them by itself, or by one click."""

import http.client
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client as Browser

from audit.models import AuditEntry
from mlmodels.models import ModelVersion
from mlmodels.versions import registry
from suggestions.domain.bucketing import bucket_of
from suggestions.evidence.rollups import read_fold
from suggestions.models import Category, RolloutHold, SuggestionEvent
from suggestions.roles import Role
from suggestions.rollout import read_rollout
from suggestions.tasks import evaluate_rollout
from tests.builders import make_client, make_key, make_rule, make_transaction, set_canary
from tests.champions import MERCHANTS, install_champion, register_version, wrong_model
from tests.chaos.what_prometheus_says import prove_annotated
from tests.running import WebServer, beat, wait_until, web_servers, worker
from tests.staff import make_staff

pytestmark = pytest.mark.django_db(transaction=True)

WITHIN_SECONDS = 60.0
CANARY = 1_000
AT_ONCE = 10
NOWHERE = "redis://127.0.0.1:1/0"
UNHURRIED = {"WEB_CONCURRENCY": "1", "SUGGEST_SHADOW_DEADLINE_MS": "5000"}


@dataclass(frozen=True)
class Shop:
    """A client whose end users buy things, some of them in the canary at 10 %."""

    key: str
    truth: dict[int, str]
    """The category of each transaction."""
    of_canary: frozenset[int]
    """The transactions of the canary's users."""

    def ask(self, servers: Sequence[WebServer], ids: Iterable[int] | None = None) -> list[dict[str, Any]]:
        wanted, items = list(self.truth if ids is None else ids), []
        for number, first in enumerate(range(0, len(wanted), AT_ONCE)):
            body = {"txn_ids": wanted[first : first + AT_ONCE]}
            status, answer = servers[number % len(servers)].send(
                "POST", "/ml/suggestions", body, key=self.key
            )
            assert status == 200, answer
            items += answer["items"]
        return items

    def judge(self, server: WebServer, item: dict[str, Any]) -> None:
        is_right = item["candidates"][0]["label"] == self.truth[item["txn_id"]]
        path = f"/ml/suggestions/{item['event_id']}/{'accept' if is_right else 'reject'}"
        status, answer = server.send("POST", path, {}, key=self.key)
        assert status == 201, answer

    def sources(self, items: Iterable[dict[str, Any]], *, in_canary: bool) -> set[str]:
        return {item["source"] for item in items if (item["txn_id"] in self.of_canary) is in_canary}


def open_shop(*, users: int) -> Shop:
    """Every tenth user is in the canary: by chance it would be more or fewer."""
    set_canary(0)
    client, truth, canary = make_client(), {}, []
    merchants = [(category, name) for category, names in MERCHANTS.items() for name in names]
    for category in MERCHANTS:
        Category.objects.create(client=client, name=category)
    for category, name in merchants:
        make_rule(name=name, pattern=name.lower(), category=category)
    for number, (user, is_in_canary) in enumerate(named_users(client.pk, users)):
        category, merchant = merchants[number % len(merchants)]
        row = make_transaction(client, user_id=user, description=f"{merchant} #{number:04d}")
        truth[row.pk] = category
        canary += [row.pk] if is_in_canary else []
    return Shop(make_key(client=client), truth, frozenset(canary))


def named_users(client_id: int, count: int) -> Iterable[tuple[str, bool]]:
    salt, inside = read_rollout().salt, 0
    outside = number = 0
    while inside + outside < count:
        number += 1
        user = f"user-{number}"
        is_in_canary = bucket_of(user, client_id=client_id, salt=salt) < CANARY
        if is_in_canary and inside < count // 10:
            inside += 1
            yield user, True
        elif not is_in_canary and outside < count - count // 10:
            outside += 1
            yield user, False


def raise_to_ten_percent() -> None:
    call_command(
        "rollout", "set", "10%", "--override", "--reason", "game day: ten percent", stdout=StringIO()
    )


def go_from_shadow_to_ten_percent(shop: Shop, servers: Sequence[WebServer]) -> list[dict[str, float]]:
    """Return what Prometheus reads when all is well."""
    shadow = shop.ask(servers)
    assert {item["source"] for item in shadow} == {"rule"}
    assert set(SuggestionEvent.objects.values_list("state", flat=True)) == {"agree"}
    raise_to_ten_percent()
    canary = shop.ask(servers)
    assert shop.sources(canary, in_canary=True) == {"model"}
    assert shop.sources(canary, in_canary=False) == {"rule"}
    assert all(item["candidates"][0]["label"] == shop.truth[item["txn_id"]] for item in canary)
    return [server.scrape() for server in servers]


def wait_until_watched() -> None:
    """Return as soon as the worker has looked because beat said so: starting both takes what it takes."""
    before = read_fold().counted_at
    wait_until(lambda: read_fold().counted_at != before, "somebody looks at the canary", seconds=120)


def promote_damaged() -> None:
    """Promote a version that passed everything, and whose bytes are spoilt before anybody has loaded them."""
    version = registry.promote(register_version().pk, by=None, reason="game day: a better one, it is said")
    ModelVersion.objects.filter(pk=version.pk).update(artifact=bytes(version.artifact)[:-1])


def ask_until_lowered(shop: Shop, servers: Sequence[WebServer], ids: list[int], *, since: float) -> float:
    """Go on asking all servers until each of them serves by the rules alone; return when that was."""
    while True:
        answers = [
            server.send("POST", "/ml/suggestions", {"txn_ids": ids}, key=shop.key)[1] for server in servers
        ]
        assert {item["source"] for answer in answers for item in answer["items"]} == {"rule"}  # nobody waits
        if all(answer["rollout"]["percentage"] == 0 for answer in answers):
            return time.monotonic() - since
        assert time.monotonic() - since < WITHIN_SECONDS, "the canary was not lowered in time"
        time.sleep(0.2)


def prove_back_on_rules(
    shop: Shop, servers: Sequence[WebServer], before: list[dict[str, float]], *, cause: str, folder: Path
) -> None:
    after = [server.scrape() for server in servers]
    items = shop.ask(servers, sorted(shop.of_canary))
    assert {(item["source"], item.get("fallback")) for item in items} == {("rule", None)}
    prove_held(cause)
    prove_logged(cause)
    fired = {hold.guardrail for hold in RolloutHold.objects.all()}
    for then, now in zip(before, after, strict=True):
        assert (then["lm_rollout_percentage"], now["lm_rollout_percentage"]) == (10.0, 0.0)
        assert then[f'lm_rollout_guardrail{{name="{cause}"}}'] == 0.0
        assert now[f'lm_rollout_guardrail{{name="{cause}"}}'] == 1.0
    prove_annotated(before, after, fired=fired, folder=folder)


def prove_held(cause: str) -> None:
    assert RolloutHold.objects.get(guardrail=cause).lifted_at is None
    with pytest.raises(CommandError, match="A hold by a guardrail"):
        raise_to_ten_percent()
    assert read_rollout().percentage == 0


def prove_logged(cause: str) -> None:
    lowered = AuditEntry.objects.get(kind="percentage", origin="guardrail")
    held = next(
        entry for entry in AuditEntry.objects.filter(kind="guardrail") if entry.after["guardrail"] == cause
    )
    assert (lowered.before["percentage"], lowered.after["percentage"], lowered.actor) == (10.0, 0.0, "")
    for entry in (lowered, held):
        assert cause in entry.evidence["verdicts"]["fired"]
        assert entry.evidence["inputs"]["step"]["calls"]
    said = StringIO()
    call_command("audit", "verify", stdout=said)
    call_command("evidence", "recompute", stdout=said)
    assert "entries are whole" in said.getvalue()
    assert "all the same" in said.getvalue()


def test_game_day__a_champion_that_fails__is_taken_from_users_within_a_minute(tmp_path: Path) -> None:
    shop = open_shop(users=80)
    install_champion()

    with web_servers(2, tmp_path, **UNHURRIED) as servers:
        before = go_from_shadow_to_ten_percent(shop, servers)
        with worker(tmp_path), beat(tmp_path):
            wait_until_watched()
            promote_damaged()
            failing_since = time.monotonic()
            shop.ask(servers)
            took = ask_until_lowered(shop, servers, sorted(shop.of_canary), since=failing_since)

        assert took < WITHIN_SECONDS
        prove_back_on_rules(shop, servers, before, cause="error_burst", folder=tmp_path)


def test_game_day__a_champion_whose_answers_are_rejected__is_taken_from_users(tmp_path: Path) -> None:
    shop = open_shop(users=260)
    install_champion()

    with web_servers(2, tmp_path, **UNHURRIED) as servers:
        before = go_from_shadow_to_ten_percent(shop, servers)
        registry.promote(register_version(wrong_model).pk, by=None, reason="game day: labels were mixed up")
        items = shop.ask(servers)
        of_model = [item for item in items if item["source"] == "model"]
        of_rules = [item for item in items if item["source"] == "rule"][: 2 * len(of_model)]
        rejected_since = time.monotonic()
        for number, item in enumerate(of_model + of_rules):
            shop.judge(servers[number % 2], item)
        evaluate_rollout()  # as the worker does when beat says so
        took = ask_until_lowered(shop, servers, sorted(shop.of_canary)[:1], since=rejected_since)

        assert took < WITHIN_SECONDS
        prove_back_on_rules(shop, servers, before, cause="accept_rate", folder=tmp_path)


def click_in_admin(server: WebServer, browser: Browser) -> None:
    session, token = browser.cookies[settings.SESSION_COOKIE_NAME], "t" * 32
    headers = {
        "Cookie": f"{session.key}={session.value}; {settings.CSRF_COOKIE_NAME}={token}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = urlencode({"reason": "game day: one click", "csrfmiddlewaretoken": token})
    wire = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    wire.request("POST", "/admin/suggestions/rollout/roll-back/", body, headers)
    assert wire.getresponse().status == http.HTTPStatus.FOUND
    wire.close()


def test_game_day__one_click_while_redis_is_down__rules_from_the_next_request_on(tmp_path: Path) -> None:
    shop = open_shop(users=20)
    install_champion()
    operator = make_staff(Role.OPERATOR)
    key, browser = make_key(user=operator), Browser()
    browser.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    reason = {"reason": "game day: one call"}

    with web_servers(2, tmp_path, **UNHURRIED, REDIS_URL=NOWHERE) as servers:
        one, other = servers
        before = go_from_shadow_to_ten_percent(shop, servers)
        assert one.send("POST", "/ml/rollout/rollback", reason, key=key)[0] == 200
        after_call = shop.ask([other]) + shop.ask([one])
        raise_to_ten_percent()
        assert shop.sources(shop.ask(servers), in_canary=True) == {"model"}
        click_in_admin(other, browser)
        after_click = shop.ask([one]) + shop.ask([other])
        after = [server.scrape() for server in servers]

    assert {item["source"] for item in after_call + after_click} == {"rule"}
    by_hand = AuditEntry.objects.filter(kind="percentage", actor=operator.username).order_by("sequence")
    assert [(entry.origin, entry.after["percentage"]) for entry in by_hand] == [("api", 0.0), ("admin", 0.0)]
    prove_annotated(before, after, fired=(), folder=tmp_path)
