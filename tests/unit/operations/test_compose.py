"""docker-compose.yml: valid, closed to the outside, no secret in it, and everything it names exists."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from lmsuggest import celery_app

ROOT = Path(__file__).resolve().parents[3]
COMPOSE_FILE = ROOT / "docker-compose.yml"
TEXT = COMPOSE_FILE.read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
ONE_SHOTS = {"bootstrap"}
PUBLISHED = {"web", "prometheus", "grafana"}
READ_BY_LIBRARIES = {"OMP_NUM_THREADS"}
SECRETS = {
    "DJANGO_SECRET_KEY",
    "GRAFANA_ADMIN_PASSWORD",
    "METRICS_TOKEN",
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
}

every_service = pytest.mark.parametrize("name", sorted(SERVICES))


def words_of(command: str | list[str]) -> list[str]:
    return " ".join([command] if isinstance(command, str) else command).split()


def test_compose__follows_the_specification() -> None:
    check = [str(Path(sys.executable).with_name("check-jsonschema"))]
    arguments = ["--builtin-schema", "vendor.compose-spec", str(COMPOSE_FILE)]

    done = subprocess.run([*check, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_compose__has_every_part_of_the_system() -> None:
    assert set(SERVICES) == {
        *("bootstrap", "web", "worker", "beat"),
        *("postgres", "redis", "prometheus", "grafana"),
    }


@every_service
def test_service__tells_whether_it_is_healthy(name: str) -> None:
    check = SERVICES[name]["healthcheck"]

    assert check == {"disable": True} if name in ONE_SHOTS else check["test"][0] in {"CMD", "CMD-SHELL"}


@every_service
def test_service__has_a_pinned_image(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9/-]+:v?\d+\.\d+\.?\d*(-[a-z]+)?", SERVICES[name]["image"])


@every_service
def test_service__starts_again_unless_it_is_a_one_shot(name: str) -> None:
    assert SERVICES[name]["restart"] == ("no" if name in ONE_SHOTS else "unless-stopped")


@every_service
def test_service__is_published_on_the_loopback_address_or_not_at_all(name: str) -> None:
    ports = SERVICES[name].get("ports", [])

    assert bool(ports) == (name in PUBLISHED)
    assert all(port.startswith("127.0.0.1:") for port in ports)


@every_service
def test_service__cannot_gain_privileges(name: str) -> None:
    service = SERVICES[name]

    assert "no-new-privileges:true" in service["security_opt"]
    # Compose cannot write a secret from the environment into a read-only container.
    assert service.get("read_only", False) == ("secrets" not in service)


@every_service
def test_service__waits_only_for_what_can_become_ready(name: str) -> None:
    for needed, wait in SERVICES[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if needed in ONE_SHOTS else "service_healthy"
        assert wait["condition"] == expected


@every_service
def test_service__mounts_only_what_exists(name: str) -> None:
    sources = [volume.split(":")[0] for volume in SERVICES[name].get("volumes", [])]

    for source in sources:
        assert (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
    assert set(SERVICES[name]["networks"]) <= set(COMPOSE["networks"])


def test_servers_of_data__are_out_of_reach_from_outside() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert SERVICES["postgres"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_our_service__starts_after_the_one_shot(name: str) -> None:
    assert "bootstrap" in SERVICES[name]["depends_on"]


def test_secrets__come_from_the_environment_and_are_asked_for() -> None:
    required = set(re.findall(r"\$\{(\w+):\?[^}]+\}", TEXT))
    given = {
        (key, str(value))
        for service in SERVICES.values()
        for key, value in service.get("environment", {}).items()
        if re.search(r"SECRET|PASSWORD|TOKEN|_URL$", key)
    }

    assert required == SECRETS
    assert [key for key, value in given if not re.search(r"\$\{\w+:\?", value)] == []


def test_env_example__explains_every_variable_and_gives_no_secret_away() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    offered = dict(re.findall(r"^#?([A-Z0-9_]+)=(.*)$", example, flags=re.MULTILINE))

    assert set(offered) == set(re.findall(r"\$\{(\w+)", TEXT))
    assert {name for name in SECRETS if offered[name]} == set()


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_service__sets_only_variables_that_are_read(name: str) -> None:
    readers = [ROOT / "lmsuggest/settings.py", ROOT / "gunicorn.conf.py"]
    read = set(re.findall(r"\"([A-Z0-9_]+)\"", "".join(path.read_text(encoding="utf-8") for path in readers)))

    assert set(OURS[name]["environment"]) - read - READ_BY_LIBRARIES == set()


def test_bootstrap__runs_commands_that_exist() -> None:
    words = words_of(SERVICES["bootstrap"]["command"])
    commands = [words[at + 1] for at, word in enumerate(words) if word == "manage.py"]

    assert commands == ["migrate", "bootstrap"]
    assert set(commands) <= set(get_commands())


def test_worker__takes_every_queue_that_tasks_are_sent_to() -> None:
    words = words_of(SERVICES["worker"]["command"])
    queues = set(words[words.index("-Q") + 1].split(","))

    routed = {route["queue"] for route in celery_app.conf.task_routes.values()}
    assert queues == routed | {celery_app.conf.task_default_queue}


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_celery__is_asked_under_the_name_it_answers_to(name: str) -> None:
    words = words_of(SERVICES[name]["command"])
    node = {"worker": "celery@$$HOSTNAME", "beat": "celerybeat@$$HOSTNAME"}[name]

    assert words[:4] == ["celery", "-A", celery_app.main, name]
    assert SERVICES[name]["healthcheck"]["test"][1].endswith(f"--destination {node}")


def test_prometheus__is_given_the_token_where_it_looks_for_it() -> None:
    (job,) = yaml.safe_load((ROOT / "prometheus/prometheus.yml").read_text(encoding="utf-8"))[
        "scrape_configs"
    ]
    (secret,) = SERVICES["prometheus"]["secrets"]

    assert job["authorization"]["credentials_file"] == f"/run/secrets/{secret}"
    assert COMPOSE["secrets"][secret] == {"environment": "METRICS_TOKEN"}
    assert job["static_configs"] == [{"targets": ["web:8000"]}]
    assert SERVICES["web"]["environment"]["DJANGO_ALLOWED_HOSTS"].startswith("web,")


def test_grafana__is_given_what_it_is_provisioned_with() -> None:
    mounts = dict(volume.split(":")[:2][::-1] for volume in SERVICES["grafana"]["volumes"])
    providers = ROOT / "grafana/provisioning/dashboards/lm-suggest.yml"
    (provider,) = yaml.safe_load(providers.read_text(encoding="utf-8"))["providers"]

    assert mounts["/etc/grafana/provisioning"] == "./grafana/provisioning"
    assert mounts[provider["options"]["path"]] == "./grafana/dashboards"
