"""The smoke test itself: it passes on a working service and fails on one without a model."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from suggestions.models import Client, Rollout
from suggestions.roles import Role
from tests.builders import make_client, make_key
from tests.labelled_rows import labelled_rows
from tests.running import WebServer, web_server, worker
from tests.smoke.journey import follow
from tests.smoke.service import JourneyFailed, Service
from tests.staff import PASSWORD, make_staff

pytestmark = pytest.mark.django_db(transaction=True)


def service_at(server: WebServer, client: Client) -> Service:
    return Service(
        url=f"http://127.0.0.1:{server.port}",
        client_id=client.pk,
        client_key=make_key(client=client),
        operator_key=make_key(user=make_staff(Role.OPERATOR)),
    )


def write_credentials(home: Path, service: Service) -> None:
    admin = make_staff(Role.ADMIN, PASSWORD)
    credentials = {
        "client": {"id": str(service.client_id), "key": service.client_key},
        "operator": {"key": service.operator_key},
        "admin": {"username": admin.username, "password": PASSWORD},
    }
    (home / "credentials.json").write_text(json.dumps(credentials))


def test_smoke__working_service__every_step_in_order(tmp_path: Path) -> None:
    with web_server(tmp_path, SUGGEST_SHADOW_DEADLINE_MS="5000") as server, worker(tmp_path):
        service = service_at(server, make_client())
        write_credentials(tmp_path, service)
        service.as_client("POST", "/ml/transactions", {"rows": labelled_rows(users=40)})
        command = [sys.executable, "-m", "tests.smoke", "--url", service.url, "--home", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    steps = [line.removeprefix("✓ ").split(":")[0].split(" at ")[0] for line in done.stdout.splitlines()]
    assert (done.returncode, steps) == (
        0,
        ["status", "training", "status", "shadow", "prediction", "canary", "rollback"],
    ), done.stdout + done.stderr
    assert Rollout.objects.get().percentage == 0


def test_smoke__nobody_answers__exit_code_1_and_says_what_to_start(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.smoke", "--url", "http://127.0.0.1:1", "--home", str(tmp_path)]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 1
    assert "make run or make stack" in done.stdout


class NoConsole:
    """Nothing may be clicked before there is a model."""

    def set_canary(self, percent: int, reason: str) -> None:
        raise AssertionError("the canary was moved without a model")

    def roll_back(self) -> None:
        raise AssertionError("rolled back what was never moved")


def test_smoke__no_labels_and_so_no_model__fails_and_says_why(tmp_path: Path) -> None:
    client = make_client()

    with web_server(tmp_path) as server, worker(tmp_path):
        service = service_at(server, client)
        with pytest.raises(JourneyFailed, match="insufficient_data"):
            follow(service, NoConsole(), lambda line: None)
