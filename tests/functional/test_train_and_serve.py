"""The way of a model: labelled transactions in, training by a real worker, a champion, suggestions by it."""

from pathlib import Path

import pytest

from mlmodels.models import ModelVersion
from suggestions.models import Client, Transaction
from suggestions.roles import Role
from tests.builders import make_client, make_key
from tests.labelled_rows import labelled_rows
from tests.running import WebServer, wait_until, web_server, worker
from tests.staff import make_staff

pytestmark = pytest.mark.django_db(transaction=True)


def train(server: WebServer, key: str) -> dict[str, object]:
    status, started = server.send("POST", "/ml/v2/train", {}, key=key)
    assert status == 202, started
    path = f"/ml/v2/train/{started['run_id']}"
    wait_until(
        lambda: server.send("GET", path, key=key)[1]["status"] not in ("queued", "running"), "the run is over"
    )
    answer: dict[str, object] = server.send("GET", path, key=key)[1]
    return answer


def test_journey__transactions_training_canary_rollback__as_the_contract_says(tmp_path: Path) -> None:
    client: Client = make_client()
    key, operator = make_key(client=client), make_key(user=make_staff(Role.OPERATOR))

    with web_server(tmp_path, SUGGEST_SHADOW_DEADLINE_MS="5000") as server, worker(tmp_path):
        assert server.send("GET", "/ml/v2/model/status", key=key)[1] == {
            "available": False,
            "reason": "no_model",
        }
        assert (
            server.send("POST", "/ml/transactions", {"rows": labelled_rows()}, key=key)[1]["created"] == 360
        )

        run = train(server, operator)
        status = server.send("GET", "/ml/v2/model/status", key=key)[1]
        ids = list(Transaction.objects.values_list("pk", flat=True)[:50])
        answer = server.send("POST", "/ml/suggestions", {"txn_ids": ids}, key=key)[1]

    assert run["status"] == "succeeded", run
    assert ModelVersion.objects.get().status == "champion"
    assert (status["available"], status["meta"]["train_size"] + status["meta"]["val_size"]) == (True, 360)
    assert len(answer["items"]) == 50
    assert {item["source"] for item in answer["items"]} == {"rule"}


def test_train__while_a_run_is_queued__409_with_its_id_and_the_same_key_gets_the_same_run(
    tmp_path: Path,
) -> None:
    operator = make_key(user=make_staff(Role.OPERATOR))

    with web_server(tmp_path, REDIS_URL="redis://127.0.0.1:1/0") as server:  # nobody listens there
        status, run = server.send("POST", "/ml/v2/train", {}, key=operator)
        again, problem = server.send("POST", "/ml/v2/train", {}, key=operator)

    assert (status, again) == (202, 409)
    assert (problem["code"], problem["run_id"]) == ("training_in_progress", run["run_id"])
