"""Run the processes of docker-compose.yml natively: what `make stack` does."""

import secrets
import sys

from lmsuggest.local.installation import (
    DEFAULT_PORT,
    Installation,
    installation_at,
    wanted_address,
    wanted_port,
)
from lmsuggest.local.monitoring import prepare_prometheus
from lmsuggest.local.preparation import prepare_database, step
from lmsuggest.local.servers import LOOPBACK, find_free_port, prepare_postgres, prepare_redis
from lmsuggest.local.serving import exit_code_of, keep_running, start_application
from lmsuggest.local.supervisor import Supervisor

DEFAULT_PROMETHEUS_PORT = 9090
# Made once for each installation; the servers' data know them from then on.
SECRETS = ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "METRICS_TOKEN")


def main() -> None:
    """Start the servers, prepare what is missing, start everything else, and end it together."""
    bind, url = wanted_address()
    installation = installation_at(".local/stack")
    installation.create()
    with installation.locked(url):
        with step("Ports and settings"):
            port = wanted_port("PORT", DEFAULT_PORT, bind=bind, command="make stack")
            prometheus_port = wanted_port(
                "PROMETHEUS_PORT", DEFAULT_PROMETHEUS_PORT, bind=LOOPBACK, command="make stack"
            )
            made = {name: secrets.token_urlsafe(24) for name in SECRETS}
            installation.write_settings(made | installation.settings())
        with Supervisor() as supervisor:
            is_new = _start_postgres(supervisor, installation)
            _start_redis(supervisor, installation)
            prepare_database(supervisor, installation, is_new=is_new)
            address = start_application(supervisor, installation, bind=bind, port=port)
            _start_prometheus(supervisor, installation, port=prometheus_port, web=f"{address[0]}:{port}")
            supervisor.say(_addresses(installation, prometheus_port))
            keep_running(supervisor, installation, address)


def _start_postgres(supervisor: Supervisor, installation: Installation) -> bool:
    with step("Start PostgreSQL"):
        password = installation.settings()["POSTGRES_PASSWORD"]
        server = prepare_postgres(installation.home, port=find_free_port(), password=password)
        installation.write_settings({"DATABASE_URL": server.url()})
        supervisor.start(server.program(durable=True))
        supervisor.wait_until("postgres", server.is_ready, within_seconds=30)
        server.create_database()
    return server.is_new


def _start_redis(supervisor: Supervisor, installation: Installation) -> None:
    with step("Start Redis"):
        password = installation.settings()["REDIS_PASSWORD"]
        server = prepare_redis(
            installation.home / "redis", port=find_free_port(), password=password, durable=True
        )
        installation.write_settings({"REDIS_URL": server.url()})
        supervisor.start(server.program())
        supervisor.wait_until("redis", server.is_ready, within_seconds=10)


def _start_prometheus(supervisor: Supervisor, installation: Installation, *, port: int, web: str) -> None:
    with step("Start Prometheus"):
        token = installation.settings()["METRICS_TOKEN"]
        server = prepare_prometheus(installation.home / "prometheus", port=port, web=web, token=token)
        supervisor.start(server.program())
        supervisor.wait_until("prometheus", server.is_ready, within_seconds=20)


def _addresses(installation: Installation, prometheus_port: int) -> str:
    settings = installation.settings()
    # Without the passwords: those stand in the settings file.
    database = settings["DATABASE_URL"].rpartition("@")[2]
    redis = settings["REDIS_URL"].rpartition("@")[2]
    return (
        f"\n  PostgreSQL {database}\n  Redis      {redis}\n  Prometheus http://{LOOPBACK}:{prometheus_port}/alerts\n"
        f"  Settings   {installation.env_file}"
    )


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
