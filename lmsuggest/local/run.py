"""Run everything on one machine that has no server installed: what `make run` does."""

import secrets
import sys

from lmsuggest.local.installation import (
    DEFAULT_PORT,
    Installation,
    installation_at,
    wanted_address,
    wanted_port,
)
from lmsuggest.local.preparation import prepare_database, step
from lmsuggest.local.servers import find_free_port, prepare_redis
from lmsuggest.local.serving import exit_code_of, keep_running, start_application
from lmsuggest.local.supervisor import Supervisor


def main() -> None:
    """Prepare what is missing, start everything, and end it together."""
    bind, url = wanted_address()
    installation = installation_at(".local")
    installation.create()
    with installation.locked(url):
        with step("Port and settings"):
            port = wanted_port("PORT", DEFAULT_PORT, bind=bind, command="make run")
            is_new = not (installation.home / "lmsuggest.sqlite3").exists()
            installation.write_settings({})
        with Supervisor() as supervisor:
            prepare_database(supervisor, installation, is_new=is_new)
            with step("Start the broker"):
                _start_broker(supervisor, installation)
            address = start_application(supervisor, installation, bind=bind, port=port)
            keep_running(supervisor, installation, address)


def _start_broker(supervisor: Supervisor, installation: Installation) -> None:
    broker = prepare_redis(
        installation.home / "valkey",
        port=find_free_port(),
        password=secrets.token_urlsafe(16),
        durable=True,
        embedded=True,
    )
    # `make ml-train` and every other command find the broker of today in the settings.
    installation.write_settings({"REDIS_URL": broker.url()})
    supervisor.start(broker.program())
    supervisor.wait_until("redis", broker.is_ready, within_seconds=10)


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
