"""Follow the journey on a running installation: `make ml-smoke`."""

import argparse
import json
import os
import sys
from pathlib import Path

from tests.smoke.browser import BrowserConsole
from tests.smoke.journey import follow
from tests.smoke.service import JourneyFailed, Service, is_answering

# Where `make stack` and `make run` keep their state; the first that answers is taken.
HOMES = (Path(".local/stack"), Path(".local"))


def main() -> int:
    """Return 0 when every step went as it must."""
    arguments = _parse()
    try:
        home, url = _find_service(arguments.home, arguments.url)
        credentials = json.loads((home / "credentials.json").read_text())
        client, admin = credentials["client"], credentials["admin"]
        service = Service(url, int(client["id"]), client["key"], credentials["operator"]["key"])
        with BrowserConsole(url, admin["username"], admin["password"]) as console:
            follow(service, console, lambda line: print(f"✓ {line}", flush=True))
    except (JourneyFailed, OSError) as error:
        print(f"✗ {error}")
        return 1
    return 0


def _find_service(home: Path | None, url: str) -> tuple[Path, str]:
    for candidate in [home] if home else HOMES:
        address = url or _address_in(candidate / "lock")
        if address and is_answering(address):
            return candidate, address
    raise JourneyFailed(
        "no service answers; start it with make run or make stack, and wait until it is ready"
    )


def _address_in(lock: Path) -> str:
    return lock.read_text().split(" ")[0] if lock.exists() else ""


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make ml-smoke", description=__doc__)
    home = os.environ.get("LMSUGGEST_HOME")
    parser.add_argument("--url", default="", help="where the service is; found by itself on this machine")
    parser.add_argument("--home", type=Path, default=Path(home) if home else None, help="its state folder")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
